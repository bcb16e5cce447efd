//! The processes below one process, read from /proc: how many, how much memory, what they are called.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Maximum number of processes that are named.
const MAX_NAMED: usize = 1_000;

/// A process that lives (a zombie doesn't).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    /// Its id.
    pub(crate) pid: u32,
    /// Its command line, or its name where it has none.
    pub(crate) name: String,
}

/// What the tree uses together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Living processes.
    pub(crate) processes: usize,
    /// Memory of all of them, in bytes.
    pub(crate) memory: u64,
}

/// Where a tree begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Root {
    /// The supervisor; not itself a part of the tree.
    pub(crate) supervisor: u32,
    /// The init of the tree's PID namespace, where it has one; not a part of it either.
    pub(crate) init: Option<u32>,
}

/// Measures the tree below `root`. The walk ends at `most` processes: a program that forks faster than it can be
/// counted must not be waited for. `enough` is the memory that someone would mind.
///
/// Resident pages are quick to read, but a page that two processes share counts twice there. So from `enough` on the
/// kernel is asked for each process's share: many small children of one program are no eater of memory.
pub(crate) fn usage(root: Root, most: usize, enough: u64) -> Usage {
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
    let living = living(root, most);
    if living.len() > most {
        return Usage { processes: living.len(), memory: 0 };
    }
    let resident = |pid: u32| resident_pages(pid) * page;
    let mut memory = living.iter().map(|&pid| resident(pid)).sum();
    if memory > enough {
        memory = living.iter().map(|&pid| share(pid).unwrap_or_else(|| resident(pid))).sum();
    }
    Usage { processes: living.len(), memory }
}

/// Memory below `root` with `shared` bytes of files in memory, some of which may be mapped. Each is counted once.
pub(super) fn with_shared(root: Root, most: usize, shared: u64) -> u64 {
    let (mut own, mut mapped) = (0, 0);
    for pid in living(root, most) {
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let of_process = kibibytes(&rollup, "Pss_Shmem:").unwrap_or(0);
        own += kibibytes(&rollup, "Pss:").unwrap_or(0).saturating_sub(of_process);
        mapped += of_process;
    }
    own + shared.max(mapped)
}

/// Names the living processes below `root`.
pub(crate) fn processes(root: Root) -> Vec<Process> {
    living(root, MAX_NAMED).into_iter().map(|pid| Process { pid, name: name(pid) }).collect()
}

/// The living processes below `root`; no more than one beyond `most`.
pub(super) fn living(root: Root, most: usize) -> Vec<u32> {
    let listed = Path::new("/proc/thread-self/children").exists();
    let parents = if listed { HashMap::new() } else { children_by_parent() };
    let mut found = Vec::new();
    let mut next = vec![root.supervisor];
    while let Some(pid) = next.pop() {
        let children = if listed { children(pid) } else { parents.get(&pid).cloned().unwrap_or_default() };
        for child in children {
            if Some(child) != root.init && lives(child) {
                found.push(child);
                if found.len() > most {
                    return found;
                }
            }
            next.push(child);
        }
    }
    found
}

/// The children of every thread of `pid`, as the kernel lists them.
fn children(pid: u32) -> Vec<u32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|list| list.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// For kernels that keep no list of children: one walk over all processes.
fn children_by_parent() -> HashMap<u32, Vec<u32>> {
    let mut parents: HashMap<u32, Vec<u32>> = HashMap::new();
    let Ok(all) = fs::read_dir("/proc") else { return parents };
    for pid in all.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
        if let Some(parent) = stat_field(pid, 1).and_then(|field| field.parse().ok()) {
            parents.entry(parent).or_default().push(pid);
        }
    }
    parents
}

fn lives(pid: u32) -> bool {
    stat_field(pid, 0).is_some_and(|state| !matches!(state.as_str(), "Z" | "X"))
}

/// A field of /proc/PID/stat, counted from the one after the name, which may itself hold anything.
fn stat_field(pid: u32, index: usize) -> Option<String> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let end = stat.iter().rposition(|&byte| byte == b')')?;
    let rest = String::from_utf8_lossy(stat.get(end + 1..)?).into_owned();
    rest.split_ascii_whitespace().nth(index).map(str::to_owned)
}

fn resident_pages(pid: u32) -> u64 {
    fs::read_to_string(format!("/proc/{pid}/statm"))
        .ok()
        .and_then(|statm| statm.split_ascii_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

/// What a process holds, its shared pages divided among those that share them; none where the kernel doesn't say.
fn share(pid: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    kibibytes(&rollup, "Pss:")
}

/// A field of a file of /proc that counts in kB, in bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

fn name(pid: u32) -> String {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let line = line.split(|&byte| byte == 0).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    let line: String = line.trim().chars().take(120).collect();
    if !line.is_empty() {
        return line;
    }
    fs::read_to_string(format!("/proc/{pid}/comm")).map_or_else(|_| "?".into(), |name| name.trim().into())
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_child_is_found_by_the_kernels_list_and_by_the_walk() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let (ours, pid) = (std::process::id(), child.id());
        let found = processes(Root { supervisor: ours, init: None });
        let walked = children_by_parent();
        let memory = resident_pages(pid);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found.iter().any(|process| process.pid == pid), "{found:?}");
        assert!(walked.get(&ours).is_some_and(|children| children.contains(&pid)));
        assert!(memory > 0);
        assert!(!lives(pid));
    }
}

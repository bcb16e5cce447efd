//! Which folders become a pairing's.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use xtask::pairing::{MARKER, Wanted, clear, lay_out};
use xtask::scope::Scope;
use xtask::tree::Tree;

/// Asks for a folder, for a checkout that lies elsewhere.
fn ask(folder: &Path, force: bool) -> Result<(), String> {
    let root = tempfile::tempdir().unwrap();
    clear(root.path(), folder, force).map(drop).map_err(|error| error.to_string())
}

/// A folder as a pairing leaves it.
fn made() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("starters")).unwrap();
    fs::write(folder.path().join("starters/main.go"), "").unwrap();
    fs::write(folder.path().join("proctor"), "").unwrap();
    fs::write(folder.path().join(MARKER), "").unwrap();
    folder
}

#[test]
fn a_new_or_an_empty_folder_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    ask(folder.path(), false).unwrap();
    ask(&folder.path().join("a/b"), false).unwrap();
    assert!(folder.path().join("a/b").is_dir());
}

#[test]
fn a_folder_that_was_not_made_here_is_refused_also_by_force() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis"), "").unwrap();
    for force in [false, true] {
        let error = ask(folder.path(), force).unwrap_err();
        assert!(error.contains("is not empty and was not made by"), "{error}");
    }
    assert!(folder.path().join("thesis").is_file());
}

#[test]
fn a_folder_of_its_own_is_laid_out_again_while_nobody_has_worked_in_it() {
    let folder = made();
    ask(folder.path(), false).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// What a candidate does to a file.
type Write = fn(&Path);

#[test]
fn the_last_candidates_work_is_kept_until_it_is_cleared_by_force() {
    let written: [(&str, Write); 3] = [
        ("mine/count.py", |path| {
            fs::create_dir(path.parent().unwrap()).unwrap();
            fs::write(path, "print(1)").unwrap();
        }),
        ("starters/main.go", |path| fs::write(path, "package main").unwrap()),
        ("starters", |path| fs::remove_file(path.join("main.go")).unwrap()),
    ];
    for (name, write) in written {
        let folder = made();
        wait_for_a_later_time(folder.path());
        write(&folder.path().join(name));
        let error = ask(folder.path(), false).unwrap_err();
        assert!(error.contains("a candidate's work") && error.contains(name), "{error}");
        ask(folder.path(), true).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

/// The clock of a file system goes in steps: until a new file is later than the marker.
fn wait_for_a_later_time(folder: &Path) {
    let probe = tempfile::tempdir_in(folder.parent().unwrap()).unwrap();
    let marker = fs::metadata(folder.join(MARKER)).unwrap().modified().unwrap();
    let file = probe.path().join("probe");
    let later = || {
        fs::write(&file, "").unwrap();
        fs::metadata(&file).unwrap().modified().unwrap() > marker
    };
    while !later() {}
}

#[test]
fn a_folder_inside_the_checkout_is_refused_also_through_a_link() {
    let root = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("target")).unwrap();
    symlink(root.path().join("target"), outside.path().join("link")).unwrap();
    for folder in
        [root.path().join("target/pairing"), outside.path().join("link/pairing"), root.path().into()]
    {
        let error = clear(root.path(), &folder, true).unwrap_err().to_string();
        assert!(error.contains("inside the checkout"), "{error}");
    }
    assert!(!root.path().join("target/pairing").exists());
}

#[test]
fn an_unknown_exercise_is_an_error_that_names_the_known_ones() {
    let tree = Tree::here();
    let scope = Scope { tree: &tree, project: None, program: "xtask" };
    let wanted = Wanted { exercise: Some("chess".to_owned()), ..Wanted::default() };
    let error = lay_out(&mut Vec::new(), &scope, &wanted).unwrap_err().to_string();
    assert_eq!(error, "no exercise `chess`: EXERCISE is one of log-parser, grpc-queue");
}

//! Remembers which agents are bots: logs repeat a few agents millions of times.
//!
//! Agents are chosen by whoever sends the requests, so the memory is bounded, its hash is seeded for each
//! run, and an answer is only given for exactly the agent that it was found for.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;

use crate::bots::Bots;

/// How many agents are remembered, in pairs.
const SLOTS: usize = 4096;

/// Maximum length of a remembered agent. Longer ones are classified each time: they are rare in honest logs.
const MAX_AGENT_LEN: usize = 512;

/// One thread's memory. An agent has a pair of slots, which it shares with others; the last two have them,
/// the very last one the first.
#[derive(Debug)]
pub(crate) struct AgentCache {
    hasher: RandomState,
    slots: Vec<Slot>,
}

#[derive(Clone, Debug, Default)]
struct Slot {
    hash: u64,
    agent: Vec<u8>,
    bot: bool,
    used: bool,
}

impl AgentCache {
    pub(crate) fn new() -> Self {
        Self { hasher: RandomState::default(), slots: vec![Slot::default(); SLOTS] }
    }

    /// Is this agent a bot by that list? A cache serves one list only.
    pub(crate) fn is_bot(&mut self, bots: &Bots, agent: &[u8]) -> bool {
        if agent.len() > MAX_AGENT_LEN {
            return bots.is_bot(agent);
        }
        let hash = self.hasher.hash_one(agent);
        let pair = usize::try_from(hash % (SLOTS as u64 / 2)).expect("less than the number of slots");
        let [first, second] = &mut self.slots.as_chunks_mut::<2>().0[pair];
        if first.holds(hash, agent) {
            return first.bot;
        }
        if second.holds(hash, agent) {
            return second.bot;
        }
        std::mem::swap(first, second);
        first.hash = hash;
        first.used = true;
        first.bot = bots.is_bot(agent);
        first.agent.clear();
        first.agent.extend_from_slice(agent);
        first.bot
    }
}

impl Slot {
    fn holds(&self, hash: u64, agent: &[u8]) -> bool {
        self.used && self.hash == hash && self.agent == agent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_the_list_does_however_many_agents_there_are() {
        let bots = Bots::from_list(b"7\n").unwrap();
        let mut cache = AgentCache::new();
        for round in 0..3 {
            for number in 0..3 * SLOTS {
                let agent = format!("agent {number}");
                assert_eq!(
                    cache.is_bot(&bots, agent.as_bytes()),
                    agent.contains('7'),
                    "round {round}: {agent}"
                );
            }
        }
        let long = [&[b'x'; 2 * MAX_AGENT_LEN][..], b"7"].concat();
        assert!(cache.is_bot(&bots, &long));
    }

    #[test]
    fn an_empty_agent_is_not_an_empty_slot() {
        let mut cache = AgentCache::new();
        assert!(cache.is_bot(&Bots::built_in(), b""));
    }
}

//! The signals that a check may send to a server.

use std::fmt;

use rustix::process::Signal as Number;

/// What a check may send to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: please end.
    Term,
    /// SIGINT: Ctrl-C.
    Int,
    /// SIGQUIT.
    Quit,
    /// SIGHUP.
    Hup,
    /// SIGUSR1.
    Usr1,
    /// SIGUSR2.
    Usr2,
    /// SIGSTOP, to all its processes: it stands still as on a machine that stands still.
    Stop,
    /// SIGCONT, to all its processes.
    Cont,
}

impl Signal {
    pub(super) fn number(self) -> Number {
        match self {
            Self::Term => Number::TERM,
            Self::Int => Number::INT,
            Self::Quit => Number::QUIT,
            Self::Hup => Number::HUP,
            Self::Usr1 => Number::USR1,
            Self::Usr2 => Number::USR2,
            Self::Stop => Number::STOP,
            Self::Cont => Number::CONT,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIG{}", format!("{self:?}").to_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_the_names_that_people_know() {
        assert_eq!([Signal::Term, Signal::Usr1].map(|signal| signal.to_string()), ["SIGTERM", "SIGUSR1"]);
    }
}

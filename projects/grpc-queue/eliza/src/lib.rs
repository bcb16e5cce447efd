//! Weizenbaum's ELIZA: normalised sentences, decomposition rules, reflected pronouns.

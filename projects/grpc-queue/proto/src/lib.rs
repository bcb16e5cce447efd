//! Generated messages and services of the Eliza service, for tonic and for connectrpc.

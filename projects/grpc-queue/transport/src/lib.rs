//! One port that speaks gRPC, gRPC-Web and Connect, with limits and a shutdown of its own.

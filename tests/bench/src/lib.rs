//! Benchmarks that print ratios beside a peer or a limit.

//! Benchmarks that print ratios beside a peer or a limit, and the inputs that the tests share with them.

pub mod hostile;

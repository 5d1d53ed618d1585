//! Trained networks in candle, their weights and kernels.

//! How long networks take on our kernels (with `CANDLE_TOO` set, on candle's too), and how much memory. Not a check: run by hand, with
//! `cargo test -p toma-models timings -- --ignored --nocapture`; `speed.py` beside the parity tests
//! times the same with onnxruntime and Open Image Denoise.

use crate::kernels::Instructions;
use crate::layers::Backend;
use crate::{Oidn, U2netp};
use candle_core::{Device, Tensor};
use std::path::Path;
use std::time::Instant;

/// The shortest of several runs, in milliseconds.
fn shortest(runs: usize, mut run: impl FnMut()) -> f64 {
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .fold(f64::INFINITY, f64::min)
}

fn file(card: &str) -> (Vec<u8>, std::path::PathBuf) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(&crate::card::card(card).unwrap().file);
    (std::fs::read(&file).unwrap(), file)
}

fn noise(height: usize, width: usize) -> Tensor {
    let samples = (0..3 * height * width).map(|i| (i * 7919 % 1009) as f32 / 1009.0).collect();
    Tensor::from_vec(samples, (1, 3, height, width), &Device::Cpu).unwrap()
}

/// The process's memory in bytes: now, or at its peak since [`forget_peak`].
fn resident(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
    line.split_whitespace().find_map(|word| word.parse::<u64>().ok()).unwrap_or(0) * 1024
}

fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

#[test]
#[ignore = "prints measurements; run by hand, alone, on Linux"]
fn memory_of_networks() {
    let models = crate::Models::new(vec![env!("CARGO_MANIFEST_DIR").into()]);
    let (matte, denoiser) = (models.u2netp().unwrap(), models.oidn_ldr().unwrap());
    // Freed memory stays with the process, so everything is counted from here, the smaller need first.
    let loaded = resident("VmRSS:");
    for network in [U2netp::NAME, Oidn::NAME] {
        for (width, height) in [(320, 240), (960, 540), (1920, 1080)] {
            let plane: Vec<f32> = (0..width * height).map(|at| (at % 251) as f32 / 251.0).collect();
            let planes = [&plane[..]; 3];
            forget_peak();
            let card = models.card(network).unwrap().memory(width, height);
            if network == U2netp::NAME {
                drop(matte.matte(planes, width, height, &|| false).unwrap());
            } else {
                drop(denoiser.denoise(planes, width, height, &|| false).unwrap());
            }
            let peak = resident("VmHWM:").saturating_sub(loaded);
            println!("{width}×{height}, {network}: {peak} bytes, the card says {card}");
        }
    }
}

#[test]
#[ignore = "prints timings; run by hand"]
fn timings_of_networks() {
    let mut backends: Vec<(String, Backend)> = Instructions::available()
        .into_iter()
        .map(|set| (format!("{set:?}"), Backend::Kernels(set)))
        .collect();
    if std::env::var_os("CANDLE_TOO").is_some() {
        backends.push(("candle".to_owned(), Backend::Candle));
    }
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for (name, backend) in &backends {
            if name.contains("Portable") || (threads == 1 && *backend == Backend::Candle) {
                continue;
            }
            let runs = if *backend == Backend::Candle { 1 } else { 10 };
            let (bytes, path) = file(U2netp::NAME);
            let matte = U2netp::build(bytes, &path, &Device::Cpu, *backend).unwrap();
            let (bytes, path) = file(Oidn::NAME);
            let denoiser = Oidn::build(bytes, &path, &Device::Cpu, *backend).unwrap();
            pool.install(|| {
                let input = noise(320, 320);
                let matte = shortest(runs, || drop(matte.forward(&input, &|| false).unwrap()));
                let input = noise(576, 768);
                let denoise = shortest(runs, || drop(denoiser.forward(&input, &|| false).unwrap()));
                println!(
                    "{threads} threads, {name}: U2NETP {matte:.0} ms, OIDN 768×576 {denoise:.0} ms"
                );
            });
        }
    }
}

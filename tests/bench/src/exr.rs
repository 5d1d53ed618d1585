//! Reading and writing 1080p half ZIP EXR with two threads, beside OpenImageIO.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use toma_media::codec::{self, Limits};
use toma_media::encoding::{Compression, Depth, Encoding, encode};
use toma_media::{Frame, Size, Window};

const FRAMES: usize = 8;
const RUNS: usize = 3;

/// A plate-like picture: smooth light with fine noise, so that ZIP has the work that it has on footage.
fn plate(number: usize) -> Frame {
    let size = Size { width: 1920, height: 1080 };
    let (width, height) = (size.width as usize, size.height as usize);
    let mut state = 0x9e37_79b9_u32.wrapping_mul(number as u32 + 1);
    let mut samples = Vec::with_capacity(width * height * 3);
    for channel in 0..3 {
        for y in 0..height {
            for x in 0..width {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                let light = (x + channel * 300) as f32 / 1920.0 * (y + 200) as f32 / 1280.0;
                samples.push(light * (1.0 + (state >> 16) as f32 / 65536.0 * 0.04));
            }
        }
    }
    Frame::from_samples(size, Window::of(size), &["R", "G", "B"], samples)
}

/// Runs `work` for each number on two threads; milliseconds for one, the best of several runs.
fn timed(work: impl Fn(usize) + Sync) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let next = AtomicUsize::new(0);
        let start = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= FRAMES {
                            break;
                        }
                        work(number);
                    }
                });
            }
        });
        best = best.min(start.elapsed().as_secs_f64() * 1000.0 / FRAMES as f64);
    }
    best
}

/// Measures and prints.
pub(crate) fn run() {
    println!(
        "EXR, 1920x1080 RGB half ZIP, {FRAMES} frames, 2 threads, milliseconds a frame, best of {RUNS}"
    );
    let folder = std::env::temp_dir().join(format!("toma-bench-{}", std::process::id()));
    if let Err(error) = std::fs::create_dir_all(&folder) {
        println!("  left out: {}: {error}", folder.display());
        return;
    }
    let encoding =
        Encoding::Exr { depth: Depth::Half, compression: Compression::Zip, float: [].into() };
    let frames: Vec<Frame> = (0..FRAMES).map(plate).collect();
    let file = |number: usize| folder.join(format!("plate.{number:04}.exr"));
    let write = timed(|number| {
        let bytes = encode(&frames[number], &encoding).expect("a frame that fits");
        std::fs::write(file(number), bytes).expect("a folder with room");
    });
    let read = timed(|number| {
        let bytes = std::fs::read(file(number)).expect("the file just written");
        let frame = codec::decode(&bytes, "plate", &Limits::default()).expect("our own file");
        std::hint::black_box(frame);
    });
    match peer(&folder) {
        Ok((peer_read, peer_write)) => {
            println!(
                "  read   {read:7.1}   OpenImageIO {peer_read:7.1}   ratio {:.2}",
                read / peer_read
            );
            println!(
                "  write  {write:7.1}   OpenImageIO {peer_write:7.1}   ratio {:.2}",
                write / peer_write
            );
        }
        Err(why) => {
            println!("  read   {read:7.1}\n  write  {write:7.1}\n  peer left out: {why}");
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
}

fn peer(folder: &Path) -> Result<(f64, f64), String> {
    let python = std::env::var("TOMA_PYTHON")
        .map_err(|_| "set TOMA_PYTHON to a Python that has OpenImageIO".to_owned())?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/exr_openimageio.py");
    let output = Command::new(python)
        .arg(script)
        .arg(folder)
        .arg(RUNS.to_string())
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let figure =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    figure("read").zip(figure("write")).ok_or_else(|| {
        String::from_utf8_lossy(&output.stderr)
            .lines()
            .last()
            .unwrap_or("it said nothing")
            .to_owned()
    })
}

//! Times decoding and encoding of a 1080p half ZIP EXR and colour conversions, one thread, and prints
//! milliseconds. `tests/parity/media/speed.py` runs it beside OpenImageIO.
//!
//! Usage: `exr_speed IN.exr [OUT.exr]`

use std::time::Instant;

use toma_media::encoding::{Compression, Depth};
use toma_media::{BuiltinColour, ColourSpaces, Encoding, Limits, decode, encode};

fn best(mut work: impl FnMut()) -> f64 {
    (0..7)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed().as_secs_f64() * 1e3
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut paths = std::env::args().skip(1);
    let path = paths.next().ok_or("usage: exr_speed IN.exr [OUT.exr]")?;
    let bytes = std::fs::read(&path)?;
    let limits = Limits::default();
    let frame = decode(&bytes, &path, &limits)?;
    println!("decode {:.1} ms", best(|| drop(decode(&bytes, &path, &limits))));
    for compression in [Compression::Zip, Compression::Zips, Compression::None] {
        let encoding = Encoding::Exr { depth: Depth::Half, compression, float: [].into() };
        let file = encode(&frame, &encoding)?;
        println!(
            "encode {compression:?} {:.1} ms, {} bytes",
            best(|| drop(encode(&frame, &encoding))),
            file.len()
        );
        if let (Compression::Zip, Some(out)) = (compression, paths.next()) {
            std::fs::write(out, file)?;
        }
    }
    let begun = Instant::now();
    let colour = BuiltinColour::new()?;
    println!("colour configuration {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let plane = |name: &str| frame.plane(name).and_then(|plane| plane.f32()).map(<[f32]>::to_vec);
    let (Some(mut r), Some(mut g), Some(mut b)) = (plane("R"), plane("G"), plane("B")) else {
        return Ok(());
    };
    for (from, to) in [
        ("ACES2065", "ACEScg"),
        ("ARRI LogC4", "ACEScg"),
        ("ACEScg", "ARRI LogC4"),
        ("sRGB", "ACEScg"),
        ("ACEScg", "sRGB"),
        ("ACEScg", "ACEScc"),
    ] {
        let begun = Instant::now();
        let convert = colour.converter(from, to)?;
        println!("  compiled in {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
        let time = best(|| {
            convert.apply(&mut r, &mut g, &mut b);
            for plane in [&mut r, &mut g, &mut b] {
                for x in plane {
                    *x = if x.is_finite() { x.clamp(0.0, 1.0) } else { 0.5 };
                }
            }
        });
        println!("{from} → {to} {time:.1} ms, {:.1} ns a pixel", time * 1e6 / r.len() as f64);
    }
    Ok(())
}

//! The networks against the programs they come from, on pictures: U2NETP against onnxruntime, the
//! denoiser against Open Image Denoise's library. The scripts beside this file made the fixtures.

use candle_core::{Device, Tensor};
use safetensors::SafeTensors;
use std::path::{Path, PathBuf};
use toma_models::Models;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/models/fixtures").join(name)
}

fn models() -> Models {
    Models::new(vec![PathBuf::from(env!("CARGO_MANIFEST_DIR"))])
}

/// An 8-bit picture as planes of 0..1, with width and height.
fn picture(name: &str) -> ([Vec<f32>; 3], usize, usize) {
    let image = image::open(fixture(name)).unwrap().into_rgb8();
    let plane = |channel: usize| image.pixels().map(|p| f32::from(p.0[channel]) / 255.0).collect();
    ([plane(0), plane(1), plane(2)], image.width() as usize, image.height() as usize)
}

/// A tensor of f32 from a fixture.
fn floats(name: &str, tensor: &str) -> Vec<f32> {
    let bytes = std::fs::read(fixture(name)).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let data = file.tensor(tensor).unwrap();
    data.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
}

fn sixteen_bits(name: &str) -> Vec<f32> {
    let image = image::open(fixture(name)).unwrap().into_luma16();
    image.pixels().map(|p| f32::from(p.0[0]) / 65535.0).collect()
}

fn greatest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn u2netp_gives_the_map_that_onnxruntime_gives() {
    let (planes, width, height) = picture("astronaut.png");
    assert_eq!((width, height), (320, 320));
    let largest = planes.iter().flatten().copied().fold(0.0, f32::max);
    let mut input = Vec::new();
    for (plane, (mean, deviation)) in
        planes.iter().zip([(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)])
    {
        input.extend(plane.iter().map(|sample| (sample / largest - mean) / deviation));
    }
    let input = Tensor::from_vec(input, (1, 3, 320, 320), &Device::Cpu).unwrap();
    let map = models().u2netp().unwrap().forward(&input, &|| false).unwrap();
    let map: Vec<f32> = map.flatten_all().unwrap().to_vec1().unwrap();

    let quarter: Vec<f32> =
        map.chunks(320).step_by(4).flat_map(|row| row.iter().copied().step_by(4)).collect();
    let exact = greatest_difference(&quarter, &floats("u2netp-map.safetensors", "map"));
    let whole = greatest_difference(&map, &sixteen_bits("u2netp-map.png"));
    println!("U2NETP: {exact:.2e} at 80×80 pixels in f32, {whole:.2e} at all pixels in 16 bits");
    assert!(exact <= 1e-4, "{exact}");
    assert!(whole <= 1e-4, "{whole}");
}

/// At 320×320 nothing is resized, so the whole path can be held against the reference as closely.
#[test]
fn a_matte_is_the_stretched_map() {
    let (planes, width, height) = picture("astronaut.png");
    let network = models().u2netp().unwrap();
    let matte =
        network.matte(planes.each_ref().map(Vec::as_slice), width, height, &|| false).unwrap();
    let mut reference = sixteen_bits("u2netp-map.png");
    let least = reference.iter().copied().fold(f32::INFINITY, f32::min);
    let greatest = reference.iter().copied().fold(0.0, f32::max);
    for sample in &mut reference {
        *sample = (*sample - least) / (greatest - least);
    }
    let difference = greatest_difference(&matte, &reference);
    println!("U2NETP's matte: {difference:.2e}");
    assert!(difference <= 1e-4, "{difference}");
}

/// rembg rounds to 8 bits on the way and resizes with another filter, so this is close, not equal.
#[test]
fn a_matte_of_another_size_is_close_to_rembgs() {
    let (planes, width, height) = picture("cat.png");
    let network = models().u2netp().unwrap();
    let matte =
        network.matte(planes.each_ref().map(Vec::as_slice), width, height, &|| false).unwrap();
    let reference = image::open(fixture("cat-rembg.png")).unwrap().into_luma8();
    let differences: Vec<f32> = matte
        .iter()
        .zip(reference.pixels())
        .map(|(sample, pixel)| (sample - f32::from(pixel.0[0]) / 255.0).abs())
        .collect();
    let mean = differences.iter().sum::<f32>() / differences.len() as f32;
    let greatest = differences.iter().copied().fold(0.0, f32::max);
    println!("U2NETP's matte beside rembg's: mean {mean:.4}, greatest {greatest:.3}");
    assert!(mean < 0.005, "{mean}");
    assert!(greatest < 0.1, "{greatest}");
}

#[test]
fn the_denoiser_gives_what_the_library_gives() {
    for (name, size) in [("96x64", (96, 64)), ("101x67", (101, 67))] {
        let (planes, width, height) = picture(&format!("noisy-{name}.png"));
        assert_eq!((width, height), size);
        let network = models().oidn_ldr().unwrap();
        let result = network
            .denoise(planes.each_ref().map(Vec::as_slice), width, height, &|| false)
            .unwrap();
        let reference = floats(&format!("oidn-{name}.safetensors"), "planes");
        let difference = greatest_difference(&result.concat(), &reference);
        println!("OIDN {name}: {difference:.2e}");
        assert!(difference <= 1e-5, "{name}: {difference}");
    }
}

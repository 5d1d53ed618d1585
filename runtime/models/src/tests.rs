//! Networks: our kernels against candle's operations, instruction sets and threads against each other,
//! cancelling, pictures that can't be taken, weights that aren't the network's.

use crate::card::card;
use crate::kernels::Instructions;
use crate::layers::Backend;
use crate::{ModelError, Models, Oidn, U2netp};
use candle_core::{DType, Device, Tensor};
use std::cell::Cell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

fn weights(name: &str) -> (Vec<u8>, PathBuf) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(&card(name).unwrap().file);
    (std::fs::read(&file).unwrap(), file)
}

fn u2netp(backend: Backend) -> U2netp {
    let (bytes, file) = weights(U2netp::NAME);
    U2netp::build(bytes, &file, &Device::Cpu, backend).unwrap()
}

fn oidn(backend: Backend) -> Oidn {
    let (bytes, file) = weights(Oidn::NAME);
    Oidn::build(bytes, &file, &Device::Cpu, backend).unwrap()
}

fn picture(height: usize, width: usize) -> Tensor {
    let samples = (0..3 * height * width)
        .map(|at| {
            (at * 7919 % 1009) as f32 / 1009.0 * 0.3 + (at % width) as f32 / width as f32 * 0.7
        })
        .collect();
    Tensor::from_vec(samples, (1, 3, height, width), &Device::Cpu).unwrap()
}

/// Both networks' answers to one picture.
fn answers(backend: Backend, height: usize, width: usize) -> Vec<f32> {
    let input = picture(height, width);
    let map = u2netp(backend).forward(&input, &|| false).unwrap();
    let clean = oidn(backend).forward(&input, &|| false).unwrap();
    [map, clean].iter().flat_map(|t| t.flatten_all().unwrap().to_vec1::<f32>().unwrap()).collect()
}

#[test]
fn our_kernels_and_candles_operations_agree() {
    // The first size becomes odd on the way down.
    for (height, width) in [(80, 48), (32, 64)] {
        let ours = answers(Backend::of(&Device::Cpu), height, width);
        let candles = answers(Backend::Candle, height, width);
        let difference = ours.iter().zip(&candles).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(difference < 1e-4, "{height}×{width}: {difference}");
    }
}

#[test]
fn instruction_sets_and_numbers_of_threads_give_the_same_bits() {
    let run = |instructions, threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let answers = pool.install(|| answers(Backend::Kernels(instructions), 32, 48));
        answers.into_iter().map(f32::to_bits).collect::<Vec<_>>()
    };
    let expected = run(Instructions::best(), 2);
    for instructions in Instructions::available() {
        for threads in [1, 7] {
            assert!(run(instructions, threads) == expected, "{instructions:?}, {threads} threads");
        }
    }
}

#[test]
fn a_network_stops_soon_after_it_is_told_to() {
    let network = u2netp(Backend::of(&Device::Cpu));
    let input = picture(64, 64);
    let asked = Cell::new(0);
    let whole = network.forward(&input, &|| {
        asked.set(asked.get() + 1);
        false
    });
    assert!(whole.is_ok());
    assert!(asked.get() > 50, "asked {} times", asked.get());
    for stop_at in [1, 20] {
        asked.set(0);
        let answer = network.forward(&input, &|| {
            asked.set(asked.get() + 1);
            asked.get() >= stop_at
        });
        assert_eq!(answer.unwrap_err(), ModelError::Cancelled);
        assert_eq!(asked.get(), stop_at);
    }
    let denoiser = oidn(Backend::of(&Device::Cpu));
    assert_eq!(denoiser.forward(&input, &|| true).unwrap_err(), ModelError::Cancelled);
}

#[test]
fn a_picture_whose_planes_have_the_wrong_length_is_refused() {
    let network = oidn(Backend::of(&Device::Cpu));
    let (plane, short) = (vec![0.5; 64], vec![0.5; 60]);
    for (planes, size) in
        [([&plane[..], &plane, &short], (8, 8)), ([&plane, &plane, &plane], (0, 64))]
    {
        let error = network.denoise(planes, size.0, size.1, &|| false).unwrap_err();
        assert_eq!(error.code(), "T0807", "{error}");
    }
}

#[test]
fn samples_out_of_range_are_clipped_before_and_behind() {
    let network = oidn(Backend::of(&Device::Cpu));
    let mut wild = vec![0.5; 20 * 20];
    wild[5] = f32::NAN;
    wild[6] = f32::INFINITY;
    wild[7] = -3.0;
    let mut tame = wild.clone();
    tame[5] = 0.0;
    tame[6] = 1.0;
    tame[7] = 0.0;
    let clean = |plane: &[f32]| network.denoise([plane; 3], 20, 20, &|| false).unwrap();
    assert_eq!(clean(&wild), clean(&tame));
    assert!(clean(&wild).iter().flatten().all(|sample| (0.0..=1.0).contains(sample)));
}

#[test]
fn a_picture_of_one_pixel_or_one_colour_has_a_matte() {
    let network = u2netp(Backend::of(&Device::Cpu));
    for (width, height) in [(1, 1), (7, 400)] {
        let plane = vec![0.0; width * height];
        let matte = network.matte([&plane, &plane, &plane], width, height, &|| false).unwrap();
        assert_eq!(matte.len(), width * height);
        assert!(matte.iter().all(|sample| (0.0..=1.0).contains(sample)));
    }
}

#[test]
fn weights_of_another_network_are_refused_by_name_and_shape() {
    let (bytes, file) = weights(Oidn::NAME);
    let error = U2netp::from_safetensors(bytes, &file, &Device::Cpu).unwrap_err();
    assert_eq!(error.code(), "T0804");
    assert!(error.to_string().contains("there is no tensor `stage1."), "{error}");

    let (bytes, file) = weights(Oidn::NAME);
    let tensors = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu).unwrap();
    let mut tensors: HashMap<String, Tensor> = tensors;
    let wrong = Tensor::zeros((32, 4, 3, 3), DType::F16, &Device::Cpu).unwrap();
    tensors.insert("enc_conv0.weight".to_owned(), wrong);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.safetensors");
    candle_core::safetensors::save(&tensors, &path).unwrap();
    let error =
        Oidn::from_safetensors(std::fs::read(path).unwrap(), &file, &Device::Cpu).unwrap_err();
    assert!(error.to_string().contains("enc_conv0.weight"), "{error}");
    assert!(error.to_string().contains("[32, 4, 3, 3]"), "{error}");

    let error = Oidn::from_safetensors(vec![1; 40], &file, &Device::Cpu).unwrap_err();
    assert!(error.to_string().contains("isn't a whole safetensors file"), "{error}");
}

/// A models folder with one file of that content in place of U2NETP's weights.
fn folder_with(content: &[u8]) -> (tempfile::TempDir, Models) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("u2netp")).unwrap();
    std::fs::write(folder.path().join("u2netp/u2netp.safetensors"), content).unwrap();
    let models = Models::new(vec![folder.path().to_path_buf()]);
    (folder, models)
}

#[test]
fn one_flipped_byte_is_found_and_named() {
    let (mut bytes, _) = weights(U2netp::NAME);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let (_folder, models) = folder_with(&bytes);
    for error in [models.digest("u2netp").unwrap_err(), models.u2netp().unwrap_err()] {
        assert_eq!(error.code(), "T0802");
        let message = error.to_string();
        assert!(message.contains("u2netp.safetensors"), "{message}");
        assert!(message.contains("the card says 01811054a1ed"), "{message}");
        assert!(error.help().contains("put the original back"), "{}", error.help());
    }
}

#[test]
fn a_mended_file_is_accepted_in_the_same_process_and_hashed_once() {
    let (good, _) = weights(U2netp::NAME);
    let (folder, models) = folder_with(b"something else");
    assert_eq!(models.digest("u2netp").unwrap_err().code(), "T0802");
    let file = folder.path().join("u2netp/u2netp.safetensors");
    std::fs::write(&file, good).unwrap();
    let digest = models.digest("u2netp").unwrap();
    assert_eq!(digest[..4], [0x01, 0x81, 0x10, 0x54]);
    std::fs::remove_file(file).unwrap();
    assert_eq!(models.digest("u2netp").unwrap(), digest);
}

#[test]
fn pickles_are_refused_by_their_first_bytes() {
    for content in [&b"PK\x03\x04rest of an archive"[..], b"\x80\x02}q\x00(X\x0b\x00rest"] {
        let (_folder, models) = folder_with(content);
        let error = models.u2netp().unwrap_err();
        assert_eq!(error.code(), "T0803");
        assert!(error.help().contains("safetensors.torch.save_file"), "{}", error.help());
    }
}

#[test]
fn missing_weights_are_told_with_the_folders_that_were_searched() {
    let error = Models::new(vec!["/no/such".into(), "/nor/this".into()]).u2netp().unwrap_err();
    assert_eq!(error.code(), "T0801");
    assert!(error.to_string().contains("/no/such, /nor/this"), "{error}");
    assert!(Models::new(Vec::new()).digest("u2netp").unwrap_err().to_string().contains("none"));
}

#[test]
fn the_first_folder_that_has_the_file_wins_and_networks_are_loaded_once() {
    let (_folder, broken) = folder_with(b"something else");
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR"))];
    folders.extend(broken.folders().iter().cloned());
    let models = Models::new(folders);
    let (first, second) = (models.oidn_ldr().unwrap(), models.oidn_ldr().unwrap());
    assert!(std::sync::Arc::ptr_eq(&first, &second));
    assert!(models.digest("u2netp").is_ok());
}

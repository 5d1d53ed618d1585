//! Kernels against sums written out: the same bits on every instruction set and number of threads.

use super::{Convolution, Instructions, Part, add, bilinear, max_pool, sigmoid};

/// Samples that exercise rounding, signs and zeros, by a small generator.
fn samples(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        })
        .collect()
}

fn bits(samples: &[f32]) -> Vec<u32> {
    samples.iter().map(|sample| sample.to_bits()).collect()
}

/// What a case convolves.
#[derive(Debug, Clone, Copy)]
struct Case {
    inputs: usize,
    outputs: usize,
    side: usize,
    dilation: usize,
    rectify: bool,
    height: usize,
    width: usize,
}

/// From the bias on, over inputs, rows and columns of the kernel, one fused multiply-add each.
fn written_out(case: Case, planes: &[f32], weights: &[f32], bias: &[f32]) -> Vec<f32> {
    let Case { inputs, side, dilation, height, width, .. } = case;
    let reach = (dilation * (side / 2)) as isize;
    let at = |input: usize, y: isize, x: isize| {
        let inside = (0..height as isize).contains(&y) && (0..width as isize).contains(&x);
        if inside { planes[(input * height + y as usize) * width + x as usize] } else { 0.0 }
    };
    let mut result = Vec::new();
    for (weights, bias) in weights.chunks_exact(inputs * side * side).zip(bias) {
        for y in 0..height as isize {
            for x in 0..width as isize {
                let mut sum = *bias;
                for (tap, weight) in weights.iter().enumerate() {
                    let (row, column) = (tap / side % side, tap % side);
                    let y = y + (row * dilation) as isize - reach;
                    let x = x + (column * dilation) as isize - reach;
                    sum = at(tap / (side * side), y, x).mul_add(*weight, sum);
                }
                result.push(if case.rectify && sum <= 0.0 { 0.0 } else { sum });
            }
        }
    }
    result
}

const CASES: [Case; 9] = [
    case(3, 16, 3, 1, (1, 1)),
    case(5, 64, 3, 1, (7, 5)),
    case(4, 48, 3, 1, (21, 103)),
    case(17, 20, 3, 2, (10, 10)),
    case(2, 33, 3, 8, (20, 11)),
    case(6, 1, 1, 1, (9, 170)),
    case(8, 3, 3, 1, (19, 83)),
    case(3, 16, 1, 1, (4, 24)),
    case(40, 32, 3, 1, (33, 81)),
];

const fn case(
    inputs: usize,
    outputs: usize,
    side: usize,
    dilation: usize,
    (height, width): (usize, usize),
) -> Case {
    Case { inputs, outputs, side, dilation, rectify: outputs.is_multiple_of(16), height, width }
}

#[test]
fn a_convolution_has_the_bits_of_the_sum_written_out() {
    for case in CASES {
        let planes = samples(case.inputs * case.height * case.width, 1);
        let weights = samples(case.outputs * case.inputs * case.side * case.side, 2);
        let bias = samples(case.outputs, 3);
        let shape = (case.outputs, case.inputs, case.side);
        let kernel = Convolution::new(shape, &weights, &bias, case.dilation, case.rectify);
        let expected = bits(&written_out(case, &planes, &weights, &bias));
        // The inputs in two parts, which are never copied together.
        let (before, behind) = planes.split_at(case.height * case.width * (case.inputs / 2));
        let part = |samples, channels| Part { samples, channels, doubled: false };
        let parts = [part(before, case.inputs / 2), part(behind, case.inputs - case.inputs / 2)];
        for instructions in Instructions::available() {
            for threads in [1, 2, 7] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let result =
                    pool.install(|| kernel.run(instructions, &parts, case.height, case.width));
                assert!(bits(&result) == expected, "{case:?}, {instructions:?}, {threads} threads");
            }
        }
    }
}

#[test]
fn a_doubled_part_is_read_as_if_each_sample_stood_there_four_times() {
    let (height, width) = (22, 164);
    let half = samples(4 * height / 2 * width / 2, 4);
    let whole: Vec<f32> = (0..4 * height * width)
        .map(|at| {
            let (plane, y, x) = (at / (height * width), at / width % height, at % width);
            half[(plane * (height / 2) + y / 2) * (width / 2) + x / 2]
        })
        .collect();
    let weights = samples(16 * 4 * 9, 5);
    let kernel = Convolution::new((16, 4, 3), &weights, &samples(16, 6), 1, false);
    let run = |samples, doubled| {
        let part = Part { samples, channels: 4, doubled };
        bits(&kernel.run(Instructions::best(), &[part], height, width))
    };
    assert!(run(&half, true) == run(&whole, false));
}

#[test]
fn what_is_not_a_number_is_rectified_to_zero_everywhere() {
    let mut planes = samples(16 * 8, 7);
    planes[20] = f32::NAN;
    let weights = samples(32 * 9, 8);
    let kernel = Convolution::new((32, 1, 3), &weights, &samples(32, 9), 1, true);
    let part = Part { samples: &planes, channels: 1, doubled: false };
    let results: Vec<_> = Instructions::available()
        .into_iter()
        .map(|instructions| bits(&kernel.run(instructions, &[part], 8, 16)))
        .collect();
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(results[0].iter().all(|bits| !f32::from_bits(*bits).is_nan()));
}

#[test]
fn pooling_keeps_the_largest_and_rounds_odd_sizes_up() {
    let (result, height, width) = max_pool(&[1.0, 5.0, 2.0, 4.0, 3.0, 9.0, 7.0, 8.0, -6.0], 3, 3);
    assert_eq!((height, width), (2, 2));
    assert_eq!(result, [5.0, 9.0, 8.0, -6.0]);
}

#[test]
fn bilinear_positions_are_centres_of_pixels() {
    assert_eq!(bilinear(&[0.0, 4.0], (1, 2), (1, 4)), [0.0, 1.0, 3.0, 4.0]);
    assert_eq!(bilinear(&[2.0, 6.0], (2, 1), (1, 3)), [4.0, 4.0, 4.0]);
}

#[test]
fn the_logistic_curve_is_one_half_at_zero_and_stays_within_its_bounds() {
    assert_eq!(sigmoid(&[0.0, 200.0, -200.0]), [0.5, 1.0, 0.0]);
    let mut sum = [1.0, 2.0];
    add(&mut sum, &[0.5, -2.0]);
    assert_eq!(bits(&sum), bits(&[1.5, 0.0]));
}

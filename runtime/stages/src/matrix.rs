//! Matrices of colour: 3 × 3, by rows, in f64; applied in f32.

/// Three rows.
pub(crate) type Matrix = [[f64; 3]; 3];

/// `a · b`.
pub(crate) fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let [b0, b1, b2] = *b;
    a.map(|[x, y, z]| {
        let column = |p: f64, q: f64, r: f64| x * p + y * q + z * r;
        let ([p0, p1, p2], [q0, q1, q2], [r0, r1, r2]) = (b0, b1, b2);
        [column(p0, q0, r0), column(p1, q1, r1), column(p2, q2, r2)]
    })
}

/// `m · v`.
pub(crate) fn applied(m: &Matrix, [x, y, z]: [f64; 3]) -> [f64; 3] {
    m.map(|[a, b, c]| a * x + b * y + c * z)
}

/// The inverse by cofactors; `None` where there is none.
pub(crate) fn inverse(m: &Matrix) -> Option<Matrix> {
    let [[a, b, c], [d, e, f], [g, h, i]] = *m;
    let (c00, c01, c02) = (e * i - f * h, f * g - d * i, d * h - e * g);
    let determinant = a * c00 + b * c01 + c * c02;
    if determinant == 0.0 || !determinant.is_finite() {
        return None;
    }
    let over = |value: f64| value / determinant;
    Some([
        [over(c00), over(c * h - b * i), over(b * f - c * e)],
        [over(c01), over(a * i - c * g), over(c * d - a * f)],
        [over(c02), over(b * g - a * h), over(a * e - b * d)],
    ])
}

/// The three planes through the matrix, in place.
pub(crate) fn apply(m: &Matrix, r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
    let [[m00, m01, m02], [m10, m11, m12], [m20, m21, m22]] =
        m.map(|row| row.map(|value| value as f32));
    for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
        let (x, y, z) = (*r, *g, *b);
        *r = m00 * x + m01 * y + m02 * z;
        *g = m10 * x + m11 * y + m12 * z;
        *b = m20 * x + m21 * y + m22 * z;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        let m = [[2.0, 1.0, 0.5], [-1.0, 3.0, 0.25], [0.0, 0.5, 1.5]];
        let one = product(&m, &inverse(&m).unwrap());
        for (row, values) in one.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                assert!((value - f64::from(u8::from(row == column))).abs() < 1e-12);
            }
        }
        assert_eq!(inverse(&[[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), None);
    }
}

//! Where the boxes of a drawing stand: rows from the sources down (Sugiyama's method: ranks, places for long
//! edges, orders by medians of neighbours, then x by least squares with the order kept).

/// A box to place.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) width: f64,
    pub(super) height: f64,
    /// The items it reads, all before it.
    pub(super) reads: Vec<usize>,
    /// Stands in the lowest row whatever it reads.
    pub(super) bottom: bool,
}

/// Boxes' centres and the bends of edges.
#[derive(Debug, Clone, Default)]
pub(super) struct Placed {
    pub(super) centres: Vec<(f64, f64)>,
    /// For each item, for each of what it reads: the points between, from above down.
    pub(super) bends: Vec<Vec<Vec<(f64, f64)>>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

const GAP: f64 = 22.0;
const ROW_GAP: f64 = 46.0;
const BEND: f64 = 10.0;
const SWEEPS: usize = 12;
const PLACINGS: usize = 16;

/// A place of a row: an item or a bend.
struct Cell {
    row: usize,
    width: f64,
    above: Vec<usize>,
    below: Vec<usize>,
    x: f64,
}

fn rows(items: &[Item]) -> Vec<usize> {
    let mut rows: Vec<usize> = Vec::with_capacity(items.len());
    for item in items {
        let above = item.reads.iter().filter_map(|read| rows.get(*read)).max();
        rows.push(above.map_or(0, |above| above + 1));
    }
    let bottom = rows.iter().max().copied().unwrap_or_default();
    // Sources and chains come down to what reads them, which shortens edges.
    let mut lowest: Vec<usize> = vec![usize::MAX; items.len()];
    for (index, item) in items.iter().enumerate().rev() {
        let limit = lowest.get(index).copied().unwrap_or(usize::MAX);
        if let Some(row) = rows.get_mut(index) {
            if item.bottom {
                *row = bottom;
            } else if limit != usize::MAX && item.reads.len() <= 1 {
                *row = limit.max(*row);
            }
            let above = row.saturating_sub(1);
            for read in &item.reads {
                if let Some(lowest) = lowest.get_mut(*read) {
                    *lowest = above.min(*lowest);
                }
            }
        }
    }
    rows
}

fn mean(cells: &[Cell], of: &[usize], place: impl Fn(&Cell) -> f64) -> Option<f64> {
    let sum: f64 = of.iter().filter_map(|index| cells.get(*index)).map(place).sum();
    (!of.is_empty()).then(|| sum / of.len() as f64)
}

/// Orders each row by the middle of its neighbours in the row before it.
fn order(cells: &mut [Cell], rows: &mut [Vec<usize>], down: bool) {
    let count = rows.len();
    for step in 0..count {
        let at = if down { step } else { count - 1 - step };
        let Some(row) = rows.get_mut(at) else { continue };
        let key = |index: &usize| {
            let cell = cells.get(*index);
            let own = cell.map_or(0.0, |cell| cell.x);
            let neighbours =
                cell.map_or(&[][..], |cell| if down { &cell.above } else { &cell.below });
            mean(cells, neighbours, |cell| cell.x).unwrap_or(own)
        };
        let mut keyed: Vec<(f64, usize)> = row.iter().map(|index| (key(index), *index)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        *row = keyed.into_iter().map(|(_, index)| index).collect();
        for (place, index) in row.iter().enumerate() {
            if let Some(cell) = cells.get_mut(*index) {
                cell.x = place as f64 - row.len() as f64 / 2.0;
            }
        }
    }
}

/// How many edges cross, counted between neighbouring rows.
fn crossings(cells: &[Cell], rows: &[Vec<usize>]) -> usize {
    let mut sum = 0;
    for row in rows {
        let mut edges: Vec<(f64, f64)> = Vec::new();
        for cell in row.iter().filter_map(|index| cells.get(*index)) {
            let below = cell.below.iter().filter_map(|index| cells.get(*index));
            edges.extend(below.map(|below| (cell.x, below.x)));
        }
        for (place, a) in edges.iter().enumerate() {
            let crossed = edges
                .iter()
                .skip(place + 1)
                .filter(|b| (a.0 < b.0 && a.1 > b.1) || (a.0 > b.0 && a.1 < b.1));
            sum += crossed.count();
        }
    }
    sum
}

/// Puts a row's cells as near to where they would be as their order and widths allow: pools of cells that
/// push each other stand together at the mean of their wishes (least squares).
fn place(cells: &mut [Cell], row: &[usize], wishes: &[f64]) {
    // A pool: first member, mean of wishes less offsets, members.
    let mut pools: Vec<(usize, f64, f64)> = Vec::new();
    let mut offsets = Vec::with_capacity(row.len());
    let mut offset = 0.0;
    let mut before = 0.0;
    for (place, (index, wish)) in row.iter().zip(wishes).enumerate() {
        let width = cells.get(*index).map_or(0.0, |cell| cell.width);
        if place > 0 {
            offset += f64::midpoint(before, width) + GAP;
        }
        before = width;
        offsets.push(offset);
        pools.push((place, wish - offset, 1.0));
        while let [.., (_, left, a), (_, right, b)] = pools.as_slice()
            && left > right
        {
            let merged = (left * a + right * b) / (a + b);
            let count = a + b;
            pools.pop();
            if let Some(last) = pools.last_mut() {
                (last.1, last.2) = (merged, count);
            }
        }
    }
    let mut pools = pools.into_iter().peekable();
    let mut current = 0.0;
    for (place, (index, offset)) in row.iter().zip(&offsets).enumerate() {
        if pools.peek().is_some_and(|pool| pool.0 == place)
            && let Some((_, mean, _)) = pools.next()
        {
            current = mean;
        }
        if let Some(cell) = cells.get_mut(*index) {
            cell.x = current + offset;
        }
    }
}

/// Places items of which each reads only earlier ones.
pub(super) fn layout(items: &[Item]) -> Placed {
    let ranks = rows(items);
    let mut cells: Vec<Cell> = items
        .iter()
        .zip(&ranks)
        .map(|(item, row)| Cell {
            row: *row,
            width: item.width,
            above: vec![],
            below: vec![],
            x: 0.0,
        })
        .collect();
    let mut chains: Vec<Vec<Vec<usize>>> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let to = ranks.get(index).copied().unwrap_or_default();
        let mut own = Vec::with_capacity(item.reads.len());
        for read in &item.reads {
            let from = ranks.get(*read).copied().unwrap_or_default();
            let mut chain = Vec::new();
            let mut last = *read;
            for row in from + 1..to {
                let bend = cells.len();
                cells.push(Cell { row, width: BEND, above: vec![last], below: vec![], x: 0.0 });
                if let Some(cell) = cells.get_mut(last) {
                    cell.below.push(bend);
                }
                chain.push(bend);
                last = bend;
            }
            if let Some(cell) = cells.get_mut(last) {
                cell.below.push(index);
            }
            if let Some(cell) = cells.get_mut(index) {
                cell.above.push(last);
            }
            own.push(chain);
        }
        chains.push(own);
    }
    let count = ranks.iter().max().map_or(0, |row| row + 1);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (index, cell) in cells.iter().enumerate() {
        if let Some(row) = rows.get_mut(cell.row) {
            row.push(index);
        }
    }
    let mut best = (usize::MAX, rows.clone());
    for sweep in 0..SWEEPS {
        order(&mut cells, &mut rows, sweep % 2 == 1);
        let crossed = crossings(&cells, &rows);
        if crossed < best.0 {
            best = (crossed, rows.clone());
        }
    }
    rows = best.1;
    for row in &rows {
        place(&mut cells, row, &vec![0.0; row.len()]);
    }
    for placing in 0..PLACINGS {
        let down = placing % 2 == 0;
        let last = placing + 1 == PLACINGS;
        for step in 0..count {
            let at = if down { step } else { count - 1 - step };
            let Some(row) = rows.get(at) else { continue };
            let wish = |index: &usize| {
                let Some(cell) = cells.get(*index) else { return 0.0 };
                let (near, far) =
                    if down { (&cell.above, &cell.below) } else { (&cell.below, &cell.above) };
                let near = mean(&cells, near, |cell| cell.x);
                // At the end both sides count, so that what stands between is in the middle.
                let far =
                    if last || near.is_none() { mean(&cells, far, |cell| cell.x) } else { None };
                match (near, far) {
                    (Some(a), Some(b)) => f64::midpoint(a, b),
                    (Some(one), None) | (None, Some(one)) => one,
                    (None, None) => cell.x,
                }
            };
            let wishes: Vec<f64> = row.iter().map(wish).collect();
            place(&mut cells, row, &wishes);
        }
    }
    finished(items, &cells, &chains, count)
}

fn finished(items: &[Item], cells: &[Cell], chains: &[Vec<Vec<usize>>], count: usize) -> Placed {
    let mut heights = vec![0.0_f64; count];
    for (item, cell) in items.iter().zip(cells) {
        if let Some(height) = heights.get_mut(cell.row) {
            *height = height.max(item.height);
        }
    }
    let mut centres_of_rows = Vec::with_capacity(count);
    let mut y = 0.0;
    for height in &heights {
        centres_of_rows.push(y + height / 2.0);
        y += height + ROW_GAP;
    }
    let left = cells.iter().map(|cell| cell.x - cell.width / 2.0).fold(f64::MAX, f64::min);
    let right = cells.iter().map(|cell| cell.x + cell.width / 2.0).fold(f64::MIN, f64::max);
    let at = |index: usize| {
        let cell = cells.get(index);
        let row = cell.and_then(|cell| centres_of_rows.get(cell.row));
        (cell.map_or(0.0, |cell| cell.x - left), row.copied().unwrap_or_default())
    };
    Placed {
        centres: (0..items.len()).map(at).collect(),
        bends: chains
            .iter()
            .map(|own| {
                own.iter().map(|chain| chain.iter().map(|cell| at(*cell)).collect()).collect()
            })
            .collect(),
        width: if right > left { right - left } else { 0.0 },
        height: (y - ROW_GAP).max(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(reads: &[&[usize]]) -> Vec<Item> {
        let item = |reads: &&[usize]| Item {
            width: 100.0,
            height: 40.0,
            reads: reads.to_vec(),
            bottom: false,
        };
        reads.iter().map(item).collect()
    }

    #[test]
    fn boxes_never_overlap_and_edges_go_down() {
        let graphs: [&[&[usize]]; 4] = [
            &[&[]],
            &[&[], &[0], &[0], &[1, 2], &[3, 0]],
            &[&[], &[], &[], &[0, 1, 2], &[0], &[4], &[5, 3], &[6, 1]],
            &[&[], &[0], &[1], &[2], &[3, 0, 1], &[], &[5, 4], &[0, 0]],
        ];
        for graph in graphs {
            let items = items(graph);
            let placed = layout(&items);
            for (index, item) in items.iter().enumerate() {
                let (x, y) = placed.centres[index];
                assert!(x >= 49.9 && x <= placed.width - 49.9, "{graph:?}: {x} {}", placed.width);
                for read in &item.reads {
                    assert!(placed.centres[*read].1 < y, "{graph:?}: {read} is above {index}");
                }
                for (ax, ay) in &placed.centres[..index] {
                    let apart = (ax - x).abs() > 99.9 || (ay - y).abs() > 39.9;
                    assert!(apart, "{graph:?}: {index} stands on another");
                }
            }
        }
    }

    #[test]
    fn a_chain_stands_in_one_column() {
        let placed = layout(&items(&[&[], &[0], &[1], &[2]]));
        assert!(placed.centres.iter().all(|(x, _)| (x - 50.0).abs() < 1e-6), "{placed:?}");
    }
}

#![allow(warnings, clippy::all, clippy::pedantic)]
use crate::grammar::{Grammar, Rule as Old, strict};
use crate::{parse, pair::Pair, prepare::prepare, rule::Rule};
use pest::Parser;
fn camel(old: Old) -> String {
    let name = format!("{old:?}");
    if name == "EOI" { return "End".into(); }
    let up = |s: &str| s.split('_').filter(|p| !p.is_empty()).map(|p| p[..1].to_uppercase() + &p[1..]).collect::<String>();
    match name.strip_prefix("k_") { Some(w) => up(w) + "Word", None => up(&name) }
}
fn new(pair: Pair<'_>, out: &mut Vec<(String, usize, usize, u32)>, depth: u32) {
    let end = pair.begin() + pair.text().trim_end_matches([' ', '\t', '\r', '\n']).len();
    out.push((format!("{:?}", pair.rule()), pair.begin(), end, depth));
    for p in pair.inner() { new(p, out, depth + 1); }
}
fn old(pair: pest::iterators::Pair<'_, Old>, out: &mut Vec<(String, usize, usize, u32)>, depth: u32) {
    let b = pair.as_span().start();
    let end = b + pair.as_str().trim_end_matches([' ', '\t', '\r', '\n']).len();
    out.push((camel(pair.as_rule()), b, end, depth));
    for p in pair.into_inner() { old(p, out, depth + 1); }
}
fn why_of(pair: Pair<'_>, bad: &mut Vec<String>, seen: &mut usize) {
    let name = format!("{:?}", pair.rule());
    if let Some(twin) = strict(&name) {
        let text = pair.text();
        let o = match Grammar::parse(twin, text) {
            Ok(_) => None,
            Err(e) => {
                let (pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _))) = e.location;
                match e.variant { pest::error::ErrorVariant::ParsingError { positives, .. } => Some((at, positives.into_iter().map(camel).collect::<Vec<_>>())), _ => None }
            }
        };
        let n = parse::why(pair.rule(), text).map(|(a, r)| (a, r.iter().map(|r| format!("{r:?}")).collect::<Vec<_>>()));
        *seen += 1;
        if o != n { bad.push(format!("WHY {name} {text:?}\n  old {o:?}\n  new {n:?}")); }
    }
    for p in pair.inner() { why_of(p, bad, seen); }
}
fn compare(text: &str, lone: bool, bad: &mut Vec<String>, seen: &mut usize) {
    let ready = prepare(text);
    if ready.too_deep.is_some() { return; }
    let (rule, parsed) = if lone { (Old::lone_value, parse::value(&ready.text)) } else { (Old::file_item, parse::item(&ready.text)) };
    let (mut a, mut b) = (vec![], vec![]);
    if let Ok(mut p) = Grammar::parse(rule, &ready.text) { old(p.next().unwrap(), &mut a, 0); }
    if let Some(p) = parsed.root() { new(p, &mut b, 0); }
    if a != b {
        let i = a.iter().zip(&b).position(|(x, y)| x != y).unwrap_or(a.len().min(b.len()));
        bad.push(format!("TREE {:?}\n  old {:?}\n  new {:?}", ready.text, &a[i..a.len().min(i + 3)], &b[i..b.len().min(i + 3)]));
    }
    if let Some(p) = parsed.root() { why_of(p, bad, seen); }
}
fn walk(dir: &std::path::Path, out: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(dir).unwrap().flatten().map(|e| e.path()).collect();
    entries.sort();
    for p in entries {
        let n = p.file_name().unwrap().to_string_lossy().into_owned();
        if p.is_dir() { if n != "target" && n != ".git" { walk(&p, out); } continue; }
        let Ok(s) = std::fs::read_to_string(&p) else { continue };
        if n.ends_with(".toma") || (n.ends_with(".txt") && p.to_string_lossy().contains("tests/")) { out.push(s.clone()); }
        if n.ends_with(".md") || n.ends_with(".txt") {
            for (i, part) in s.split("```").enumerate() { if i % 2 == 1 { if let Some((h, body)) = part.split_once('\n') { if h.starts_with("toma") { out.push(body.to_owned()); } } } }
        }
    }
}
#[test]
fn both_read_the_same() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut programs = vec![];
    walk(&root, &mut programs);
    let (mut bad, mut seen, mut n) = (vec![], 0, 0);
    let mut items = vec![];
    for p in &programs {
        for piece in crate::items(p) { items.push(piece.text(p).to_owned()); }
        for line in p.lines() {
            compare(line.trim(), true, &mut bad, &mut seen);
            if let Some((_, v)) = line.split_once('=') { compare(v.trim(), true, &mut bad, &mut seen); }
        }
    }
    items.sort(); items.dedup();
    let rounds: usize = std::env::var("ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(20);
    let mut x: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut next = |m: usize| { x ^= x << 13; x ^= x >> 7; x ^= x << 17; (x % m.max(1) as u64) as usize };
    const BITS: &[&str] = &["(", ")", "{", "}", "[", "]", "\"", ",", ":", "=", "==", "=>", "->", "|>", "..", "\n", " ", "  ", "let ", "set ", "if ", "else ", "match ", "for ", "in ", "as ", "with ", "with (", "every ", "and ", "or ", "not ", "-", "+", "*", "/", "<", ">", "?", "///x\n", "@a", "@", ".", "6px", "10%", "5 px", "2024-01-02", "1920x1080", "1e5", "+ 5", "none", "true", "cut {", "{x}", "{{", "\\", "\\n", "é", "\u{202e}", "°", "\t", "\r\n", "step ", "one of ", "handles ", "because ", "by ", "retake ", "const ", "pub ", "Space(", "set! ", "require ", "x", "_", "1", "0", "use "];
    for item in &items {
        compare(item, false, &mut bad, &mut seen); n += 1;
        if item.len() > 6000 { continue; }
        for _ in 0..rounds {
            let mut t: Vec<char> = item.chars().collect();
            for _ in 0..1 + next(3) {
                let at = next(t.len() + 1);
                match next(4) {
                    0 => { let e = (at + 1 + next(6)).min(t.len()); t.drain(at.min(e)..e); }
                    1 => { let b = BITS[next(BITS.len())]; t.splice(at..at, b.chars()); }
                    2 => { let e = (at + 1 + next(4)).min(t.len()); let b = BITS[next(BITS.len())]; t.splice(at.min(e)..e, b.chars()); }
                    _ => { let e = (at + 1 + next(25)).min(t.len()); let c: Vec<char> = t[at.min(e)..e].to_vec(); let to = next(t.len() + 1); t.splice(to..to, c); }
                }
            }
            let t: String = t.into_iter().collect();
            compare(&t, false, &mut bad, &mut seen); n += 1;
        }
        if bad.len() > 400 { break; }
    }
    eprintln!("{} programs, {} items, {n} texts, {seen} broken, {} differ", programs.len(), items.len(), bad.len());
    bad.sort_by_key(|b| b.len());
    for b in bad.iter().take(12) { eprintln!("{b}"); }
    assert!(bad.is_empty());
}

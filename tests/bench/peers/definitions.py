"""Typst and jsonnet on as many definitions as the project of `language.rs` has: one node a line, each made
from earlier ones. Usage: definitions.py FOLDER N. Prints `name what milliseconds`, the best of five."""

import pathlib
import subprocess
import sys
import time

RUNS = 5
TYPST_HEAD = """#let node(op, inputs, params) = (op: op, inputs: inputs, params: params)
#let grade(source, exposure: 0, gain: (1, 1, 1)) = {
  assert(type(exposure) in (int, float))
  node("grade", (source,), (exposure: exposure, gain: gain))
}
#let over(a, b, mix: 1) = {
  assert(mix >= 0 and mix <= 1)
  node("over", (a, b), (mix: mix))
}
#let n0 = node("read", (), (path: "plate.%04d.exr"))
"""
JSONNET_HEAD = """local node(op, inputs, params) = { op: op, inputs: inputs, params: params };
local grade(source, exposure=0, gain=[1, 1, 1]) =
  assert std.isNumber(exposure) : 'exposure';
  node('grade', [source], { exposure: exposure, gain: gain });
local over(a, b, mix=1) =
  assert mix >= 0 && mix <= 1 : 'mix';
  node('over', [a, b], { mix: mix });
{
  n0: node('read', [], { path: 'plate.%04d.exr' }),
"""


def typst_line(i):
    if i % 3 == 0:
        return f'#let n{i} = over("n{i - 1}", "n{i // 2}", mix: {i % 10} / 10)\n'
    return f'#let n{i} = grade("n{i - 1}", exposure: 0.{i % 7}, gain: (1.0, 0.9{i % 5}, 1.1))\n'


def jsonnet_line(i):
    if i % 3 == 0:
        return f"  n{i}: over('n{i - 1}', 'n{i // 2}', {i % 10} / 10),\n"
    return f"  n{i}: grade('n{i - 1}', 0.{i % 7}, [1.0, 0.9{i % 5}, 1.1]),\n"


def best(work):
    found = []
    for turn in range(RUNS):
        start = time.perf_counter()
        work(turn)
        found.append((time.perf_counter() - start) * 1000)
    return min(found)


def process(code):
    return lambda _: subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
empty = best(process("pass"))

try:
    import typst

    page = folder / "definitions.typ"
    names = ", ".join(f"n{i}" for i in range(count))
    text = TYPST_HEAD + "".join(typst_line(i) for i in range(1, count)) + f"#metadata(({names},)) <graph>\n"
    page.write_text(text)
    query = f"import typst; typst.query({str(page)!r}, '<graph>', field='value', one=True)"
    # Python's own start is no part of typst.
    print("typst", "cold", best(process(query)) - empty)
    compiler = typst.Compiler(str(page))
    compiler.query("<graph>", field="value", one=True)
    line = next(i for i in range(count // 2, count) if i % 3)

    def edit(turn):
        changed = typst_line(line).replace("exposure: 0.", f"exposure: {turn + 1}.")
        page.write_text(text.replace(typst_line(line), changed))
        compiler.query("<graph>", field="value", one=True)

    print("typst", "edit", best(edit))
except ImportError:
    print("typst is not installed", file=sys.stderr)

try:
    import _jsonnet  # noqa: F401

    page = folder / "definitions.jsonnet"
    page.write_text(JSONNET_HEAD + "".join(jsonnet_line(i) for i in range(1, count)) + "}\n")
    print("jsonnet", "cold", best(process(f"import _jsonnet; _jsonnet.evaluate_file({str(page)!r})")) - empty)
except ImportError:
    print("jsonnet is not installed", file=sys.stderr)

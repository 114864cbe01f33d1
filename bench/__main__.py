"""Run the benchmarks: ``python -m bench [core|checkers|…] [--rounds N] [--write-readme]``."""

import argparse
import importlib

import bench


def main() -> None:
    """Measure, print, write results.json; or only bring the pages up to date."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=bench.__doc__)
    parser.add_argument("name", nargs="*", metavar="|".join(bench.BENCHMARKS), help="all if none")
    parser.add_argument("--rounds", type=int, help="how often each peer has its turn")
    parser.add_argument("--write-readme", action="store_true", help="only make the pages' tables")
    arguments = parser.parse_args()
    unknown = set(arguments.name) - set(bench.BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}")
    if arguments.write_readme:
        bench.write_readme()
        return
    for name in arguments.name or bench.BENCHMARKS:
        module = importlib.import_module(f"bench.{name}")
        result = module.run(**({"rounds": arguments.rounds} if arguments.rounds else {}))
        bench.save(name, result)
        print(module.table(result), flush=True)


if __name__ == "__main__":
    main()

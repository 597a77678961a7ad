"""Writes the sample study: `python -m deploy.local.sample OUTDIR`."""

from argparse import ArgumentParser
from pathlib import Path

from deploy.local.sample.study import build_study
from deploy.local.sample.writing import write_folder


def main() -> None:
    """Write the folder that the command line names."""
    parser = ArgumentParser(prog="python -m deploy.local.sample", description=__doc__)
    parser.add_argument("outdir", type=Path, help="folder to write the CSV files to")
    write_folder(build_study(), parser.parse_args().outdir)


if __name__ == "__main__":
    main()

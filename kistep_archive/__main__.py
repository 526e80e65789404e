"""python -m kistep_archive"""

from kistep_archive.cli import main

main()

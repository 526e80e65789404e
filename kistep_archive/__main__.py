"""python -m kistep_archive"""

from kistep_archive.cli.main import main

main()

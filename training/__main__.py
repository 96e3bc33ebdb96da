"""`python -m training VERB`: convert, bind, train, measure."""

import sys

from training.cli import main

sys.exit(main())

"""`python -m evenstride` is the same as `evenstride`."""

from evenstride.cli import main

if __name__ == "__main__":
    main()

# Verifies every signature of every mail in a directory: python3 verify.py DIRECTORY
# keys.txt in it has a line for each key: its name in the DNS, a space, its record.
# Prints for each mail its name, and one word for each signature from the top to the bottom.
import pathlib
import sys

import dkim

directory = pathlib.Path(sys.argv[1])
keys = dict(line.split(" ", 1) for line in (directory / "keys.txt").read_text().splitlines())


def look_up(name, timeout=5):
    text = name.decode() if isinstance(name, bytes) else name
    return keys.get(text.rstrip("."), "").encode()


for path in sorted(directory.glob("*.eml")):
    mail = path.read_bytes()
    words = []
    for index in range(2):
        try:
            good = dkim.DKIM(mail).verify(idx=index, dnsfunc=look_up)
            words.append("pass" if good else "fail")
        except dkim.DKIMException as broken:
            words.append(type(broken).__name__)
    print(path.name, *words)

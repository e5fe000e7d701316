# SPDX-License-Identifier: Apache-2.0
"""The table of pairs, and TAP."""
import collections
import os


class Score:
    def __init__(self, what, rows, columns):
        self.what, self.rows, self.columns = what, rows, columns
        self.good, self.all, self.known = collections.Counter(), collections.Counter(), collections.Counter()
        self.failures, self.kinds = [], collections.Counter()

    def add(self, row, column, form, name, faults, known=()):
        key = (row, column, form)
        self.all[key] += 1
        if not faults:
            self.good[key] += 1
            self.known[key] += bool(known)
        else:
            self.failures.append((key, name, faults))
            for f in faults:
                self.kinds[row, column, f.split(": ")[0][:60]] += 1

    def show(self, most=None):
        """Prints the table and what failed; the number of failures."""
        forms = sorted({k[2] for k in self.all})
        names = list(dict.fromkeys(k[1] for k in self.all))
        for form in forms:
            print(f"# {self.what}, {form}: {self.rows} by {self.columns}")
            print("# " + "".join(f"{c:>16}" for c in [""] + names))
            for row in dict.fromkeys(k[0] for k in self.all):
                cells = [f"{self.good[row, c, form]}/{self.all[row, c, form]}" if self.all[row, c, form] else "-" for c in names]
                print("# " + "".join(f"{c:>16}" for c in [row] + cells))
        most = int(os.environ.get("WEIR_FAILURES", most or 40))
        for key, name, faults in self.failures[:most]:
            print(f"# {key[0]} -> {key[1]}: {name}")
            for f in faults[:6]:
                print(f"#     {f}")
        if len(self.failures) > most:
            print(f"# ... and {len(self.failures) - most} more (WEIR_FAILURES=n shows them)")
        return len(self.failures)

    def tap(self, start):
        """A line for each pair; the next number."""
        pairs = dict.fromkeys((k[0], k[1]) for k in self.all)
        for row, column in pairs:
            good = sum(n for k, n in self.good.items() if k[:2] == (row, column))
            whole = sum(n for k, n in self.all.items() if k[:2] == (row, column))
            known = sum(n for k, n in self.known.items() if k[:2] == (row, column))
            start += 1
            more = f", {known} of them as far as the dialect can say it" if known else ""
            print(f"{'ok' if good == whole else 'not ok'} {start} - {self.what} {row} to {column}: {good} of {whole}{more}")
        return start

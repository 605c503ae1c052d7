"""What Leat has recorded of its comparisons."""


class Records:
    """What the background comparison has recorded in leat.verifications."""

    MINE = "FROM leat.verifications {} WHERE pipeline = 'local' AND occasion = 'background'"

    def __init__(self, platform):
        self.platform = platform

    def query(self, select, join="", tail=""):
        return self.platform.rows(f"SELECT {select} {self.MINE.format(join)} {tail}")

    def runs(self):
        """Comparisons of whole tables: table, begin and end, in seconds since 1970."""
        return self.query(
            "table, min(toUnixTimestamp64Milli(at) / 1000 - seconds) AS began, max(toUnixTimestamp64Milli(at)) / 1000 AS ended",
            tail="AND result != 'failed' GROUP BY table, run HAVING max(is_last) ORDER BY ended",
        )

    def complete_since(self, moment):
        """Tables that were compared from their beginning to their end since then."""
        return {table for table, began, _ in self.runs() if began >= moment}

    def differences(self):
        """Differences, with when the comparison of the span began that found them first and last, and when that ended."""
        found = self.query(
            "table, d.1, d.2, d.3, min(toUnixTimestamp64Milli(at) / 1000), max(toUnixTimestamp64Milli(at) / 1000 - seconds)",
            "ARRAY JOIN differences AS d",
            "GROUP BY ALL ORDER BY 5",
        )
        return {(table, key or None, column or None, kind): (first, last) for table, key, column, kind, first, last in found}

    def longest_cycle(self):
        """The longest time between two comparisons of a table, in seconds; None if no table was compared twice."""
        ends, gaps = {}, []
        for table, _, ended in self.runs():
            if table in ends:
                gaps.append(ended - ends[table])
            ends[table] = ended
        return max(gaps, default=None)

    def totals(self):
        return self.query(
            "toInt64(count()), toInt64(sum(source_rows)), toInt64(max(unsettled_rows)), toInt64(sum(unsettled_rows)), "
            "toInt64(countIf(result = 'failed')), toInt64(countIf(has_more)), anyIf(cause, result = 'failed')",
            tail="SETTINGS output_format_json_quote_64bit_integers = 0",
        )[0]

    def source_seconds(self, since):
        return self.query("sum(source_seconds)", tail=f"AND at >= fromUnixTimestamp64Milli({int(since * 1000)})")[0][0]

/// Why and where (an offset into the input) a line cannot be read.
struct LineFault: Error {
    var reason: LineProtocolError.Reason
    var at: Int

    init(_ reason: LineProtocolError.Reason, at: Int) {
        self.reason = reason
        self.at = at
    }
}

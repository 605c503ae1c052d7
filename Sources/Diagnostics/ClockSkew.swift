/// How far the clock of a server is from this machine's, in seconds; positive where the server's is ahead.
struct ClockSkew {
    let seconds: Double

    /// A difference that people notice; ages and lags are shown in seconds.
    static let tolerance = 2.0

    /// - Parameters:
    ///   - theirs: what the server answered, in seconds since 1970.
    ///   - before: this machine's clock when it was asked.
    ///   - after: this machine's clock when the answer was there.
    /// - Returns: nil if the two agree as well as the time of the answer lets one see.
    init?(theirs: Double, before: Double, after: Double) {
        seconds = theirs - (before + after) / 2
        guard abs(seconds) > Self.tolerance + (after - before) else { return nil }
    }

    var cause: String {
        "its clock is \(Int(abs(seconds).rounded())) s \(seconds > 0 ? "ahead of" : "behind") this machine's"
    }

    static let remedy = "let both machines follow a time server (NTP)"
}

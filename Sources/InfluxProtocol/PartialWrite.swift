/// What a server said about a write of which it took only a part, or nothing because of single lines.
public struct PartialWrite: Sendable, Hashable {
    /// A line that was refused.
    public struct Line: Sendable, Hashable {
        /// Its number in the body, from 1, where it could be found out.
        public var number: Int?
        /// The line as the server quotes it.
        public var text: String
        /// `missing fields`, `invalid number` …
        public var reason: String

        public init(number: Int?, text: String, reason: String) {
            self.number = number
            self.text = text
            self.reason = reason
        }
    }

    /// Points that were refused; `nil` where the server does not say.
    public var dropped: Int?
    /// Why; the server names only the first reason.
    public var reason: String
    /// The lines that could not be parsed. Points that were dropped for other reasons are not named by the server.
    public var lines: [Line]

    public init(dropped: Int?, reason: String, lines: [Line] = []) {
        self.dropped = dropped
        self.reason = reason
        self.lines = lines
    }
}

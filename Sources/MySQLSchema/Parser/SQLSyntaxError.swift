/// Why a statement could not be understood; the words are for people.
struct SQLSyntaxError: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

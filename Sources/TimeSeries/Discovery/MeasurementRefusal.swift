/// Why a measurement cannot be followed, and what to do about it.
public struct MeasurementRefusal: Error, Sendable, Hashable {
    public var cause: String
    public var remedy: String

    public init(cause: String, remedy: String) {
        self.cause = cause
        self.remedy = remedy
    }
}

import PipelineCore

/// Why a measurement cannot be followed, and what to do about it.
package struct MeasurementRefusal: Error, Sendable, Hashable {
    package var cause: String
    package var remedy: String

    package init(cause: String, remedy: String) {
        self.cause = cause
        self.remedy = remedy
    }
}

extension MeasurementRefusal: ExplainedError {
    package var explanation: Explanation { Explanation(cause: cause, remedy: remedy) }
}

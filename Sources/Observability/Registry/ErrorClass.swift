/// What an error means: values of the label `class`. The same words stand in logs and on the console.
package enum ErrorClass: String, Sendable, Hashable, CaseIterable {
    /// Retried automatically.
    case retry
    /// Someone should investigate; work continues.
    case notify
    /// A table or a pipeline stopped.
    case stop
}

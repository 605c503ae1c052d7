import LeatConfig
import PipelineCore

extension ConfigurationError: ExplainedError {
    package var explanation: Explanation {
        Explanation(cause: "\(place): \(keyPath.isEmpty ? "" : "\(keyPath): ")\(cause)", remedy: remedy)
    }
}

import DevPlatform
import LeatConfig
import PipelineCore
import SampleData

extension ConfigurationError: ExplainedError {
    package var explanation: Explanation {
        Explanation(cause: "\(place): \(keyPath.isEmpty ? "" : "\(keyPath): ")\(cause)", remedy: remedy)
    }
}

extension ServerStackError: ExplainedError {
    package var explanation: Explanation { Explanation(cause: message, remedy: remedy) }
}

extension ShopError: ExplainedError {
    package var explanation: Explanation { Explanation(cause: message, remedy: remedy) }
}

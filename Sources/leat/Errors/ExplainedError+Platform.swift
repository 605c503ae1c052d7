#if LocalPlatform
import DevPlatform
import PipelineCore
import SampleData

extension ServerStackError: ExplainedError {
    package var explanation: Explanation { Explanation(cause: message, remedy: remedy) }
}

extension ShopError: ExplainedError {
    package var explanation: Explanation { Explanation(cause: message, remedy: remedy) }
}
#endif

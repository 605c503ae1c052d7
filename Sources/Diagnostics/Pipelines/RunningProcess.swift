import LeatState
import PipelineCore

/// What the process says of its pipelines that runs the configuration on this machine.
package struct RunningProcess: Sendable {
    /// By the pipeline's name.
    var answer: @Sendable (String) -> Liveness.Answer
    /// Where it was asked, as ``PipelineRecord`` has it.
    var place: String?

    package init(place: String?, answer: @escaping @Sendable (String) -> Liveness.Answer) {
        self.place = place
        self.answer = answer
    }
}

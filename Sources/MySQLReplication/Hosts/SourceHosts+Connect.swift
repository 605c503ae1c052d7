import LeatState
import Logging
import MySQLClient

extension SourceHosts {
    /// Connects to the first host, from the present one on, that can be followed.
    ///
    /// - Returns: a connection to it, which is the caller's to close.
    /// - Throws: why the first of them cannot, or, where each has lost what is needed, what is lost.
    func connect(
        through admission: HostAdmission,
        needs: @Sendable () -> StreamNeeds
    ) async throws -> SourceInspector {
        var first: (any Error)?
        var refusal: HostRefusal?
        var causes: [String] = []
        var verdicts = HostVerdicts()
        for _ in all {
            let endpoint = current
            do {
                let admitted = try await admission.admit(endpoint, needs: needs)
                self.admitted(endpoint, absent: admitted.absent)
                return admitted.inspector
            } catch {
                try Task.checkCancellation()
                if let refusal = error as? HostRefusal, refusal.isLasting {
                    verdicts.lost(endpoint.address, .init(message: refusal.message, remedy: refusal.remedy))
                }
                admission.logger.warning(
                    "source host cannot be followed",
                    metadata: ["host": "\(endpoint.address)", "error": "\(error)"]
                )
                if first == nil { first = error }
                if refusal == nil { refusal = error as? HostRefusal }
                causes.append(SourceTrouble(error, host: endpoint.address).message)
                next(after: endpoint)
            }
        }
        if let loss = verdicts.loss(of: all.map(\.address)) {
            throw PipelineError(
                .sourceLost,
                all.count == 1 ? loss.message : "no host has what this pipeline still needs: \(loss.message)",
                remedy: loss.remedy
            )
        }
        guard let refusal else { throw first ?? CancellationError() }
        throw PipelineError(.precondition, causes.joined(separator: "; "), remedy: refusal.remedy)
    }
}

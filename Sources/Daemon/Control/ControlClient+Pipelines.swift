import AsyncHTTPClient
import Console
import Foundation
import LeatState
import NIOCore
import NIOHTTP1
import PipelineCore

extension ControlClient {
    /// What the process that runs the configuration here says of its pipelines.
    package struct PipelinesAnswer: Sendable {
        /// By name; nil if the process does not answer.
        private var reports: [String: PipelineReport]?
        private var isOpen: Bool

        /// Where it was asked.
        package let place: String

        fileprivate init(_ place: String, reports: [String: PipelineReport]?, isOpen: Bool) {
            self.place = place
            self.reports = reports
            self.isOpen = isOpen
        }

        /// As the rule takes it.
        package func answer(of pipeline: String) -> Liveness.Answer {
            guard let reports else { return isOpen ? .silent : .nobody }
            // The process runs another version of the configuration.
            return reports[pipeline].map { .report($0) } ?? .nobody
        }

        package func report(of pipeline: String) -> PipelineReport? { reports?[pipeline] }
        package var isAnswered: Bool { reports != nil }
    }

    /// A process that has not answered after this time hangs.
    private static let answerTimeout = TimeAmount.seconds(3)

    package func pipelines() async -> PipelinesAnswer {
        let place = HomeFiles.place(ofSocket: socket)
        guard ControlSocket(socket).isOpen else { return PipelinesAnswer(place, reports: nil, isOpen: false) }
        let request = HTTPClientRequest(url: address + "/control/pipelines")
        guard let response = try? await HTTPClient.shared.execute(request, timeout: Self.answerTimeout),
            response.status == .ok, let body = try? await response.body.collect(upTo: 4 << 20),
            let reports = try? JSONDecoder().decode([PipelineReport].self, from: Data(body.readableBytesView))
        else { return PipelinesAnswer(place, reports: nil, isOpen: ControlSocket(socket).isOpen) }
        return PipelinesAnswer(
            place,
            reports: Dictionary(reports.map { ($0.name, $0) }) { first, _ in first },
            isOpen: true
        )
    }
}

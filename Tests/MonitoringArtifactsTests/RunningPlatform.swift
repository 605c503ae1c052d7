import Foundation

@testable import DevPlatform

/// A platform as `leat up` starts it, with a little data and traffic, for as long as a test needs it.
struct RunningPlatform {
    private struct Ready: Decodable {
        struct Web: Decodable { var url: String }
        var prometheus: Web
        var alertmanager: Web
        var console: Web
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    let home: String
    let prometheus: LoopbackHTTP
    let alertmanager: LoopbackHTTP

    /// The program: `LEAT_BINARY`, else beside the tests.
    static var program: String {
        get throws {
            if let named = ProcessInfo.processInfo.environment["LEAT_BINARY"] { return named }
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return (tests as NSString).deletingLastPathComponent + "/leat"
        }
    }

    /// Starts one, runs `body`, and ends it whatever happens.
    static func with(_ body: (RunningPlatform) async throws -> Void) async throws {
        let home = NSTemporaryDirectory() + "leat-mon-\(UInt32.random(in: 0 ... .max))"
        let offset = Int.random(in: 5_000..<13_000)
        let program = try program
        defer { try? FileManager.default.removeItem(atPath: home) }
        do {
            let answer = try await ProgramAnswer(
                program,
                ["up", "--detach", "--json", "--home", home, "--port-offset=\(offset)", "--rows", "1000"]
            )
            guard answer.isSuccess else {
                throw Failure(description: "leat up failed: \(answer.output)\(answer.errors)")
            }
            let ready = try JSONDecoder().decode(Ready.self, from: Data(answer.output.utf8))
            try await body(
                RunningPlatform(
                    home: home,
                    prometheus: try http(ready.prometheus.url),
                    alertmanager: try http(ready.alertmanager.url)
                )
            )
        } catch {
            _ = try? await ProgramAnswer(program, ["down", "--home", home])
            throw error
        }
        _ = try await ProgramAnswer(program, ["down", "--home", home])
    }

    private static func http(_ url: String) throws -> LoopbackHTTP {
        guard let port = url.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw Failure(description: "no port in \(url)")
        }
        return LoopbackHTTP(port: port)
    }

    /// Writes rows and points while `body` runs.
    func withTraffic(_ body: () async throws -> Void) async throws {
        let commands = [
            ["generate", "mysql", "--rate", "50", "--home", home], ["generate", "iot", "--rate", "50", "--home", home],
        ]
        var processes: [ChildProcess] = []
        for command in commands {
            processes.append(
                try await startProgram(try Self.program, command, output: "/dev/null", errors: home + "/traffic.log")
            )
        }
        var failure: (any Error)?
        do { try await body() } catch { failure = error }
        for process in processes {
            process.send(signal: SIGINT)
            _ = await process.exited()
        }
        if let failure { throw failure }
    }

    /// What Prometheus answers to an expression; throws what it says if it refuses it.
    func series(_ expression: String) async throws -> [[String: Any]] {
        let path = "/api/v1/query?query=" + LoopbackHTTP.percentEncoded(expression)
        guard let answer = await prometheus.get(path) else { throw Failure(description: "Prometheus does not answer") }
        let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
        guard answer.status == 200, let data = object?["data"] as? [String: Any] else {
            throw Failure(description: "\(expression): \(answer.body)")
        }
        return data["result"] as? [[String: Any]] ?? []
    }

    /// The member of an answer's `data`.
    func data(_ path: String) async throws -> [String: Any] {
        guard let answer = await prometheus.get(path), answer.status == 200,
            let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any],
            let data = object["data"] as? [String: Any]
        else { throw Failure(description: "Prometheus does not answer to \(path)") }
        return data
    }
}

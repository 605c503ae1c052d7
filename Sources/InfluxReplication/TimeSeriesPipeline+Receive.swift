import Foundation
import InfluxClient
import InfluxProtocol
import Logging
import Observability
import PipelineCore
import Synchronization
import Warehouse

extension TimeSeriesPipeline {
    /// Takes pushes until cancelled, where the source can reach us; keeps the subscriptions in place meanwhile.
    func receive() async {
        guard case .on(let host, let port) = options.listen, canReach(host) else {
            logger.notice("points are polled: the source cannot push them to this process")
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
            return
        }
        let password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        let server = PushServer(
            host: host,
            port: port,
            password: password,
            intake: intake,
            budget: budget,
            policy: { [self] name in defaultPolicy.withLock { name.isEmpty || name == $0 } ? nil : name },
            onRefused: { [self] in
                observer.pushRefused()
                hasRefused.store(true, ordering: .relaxed)
            },
            onReceived: { [self] in notePush() },
            logger: logger
        )
        let (ports, portFound) = AsyncStream<Int>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await server.run { portFound.yield($0) }
                } catch {
                    await self.fail(error)
                }
            }
            group.addTask {
                for await port in ports {
                    let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
                    let subscription = Subscription(
                        pipeline: self.options.name,
                        database: self.options.source.database,
                        destination: "http://\(server.user):\(password)@\(place)"
                    )
                    await self.keep(subscription)
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// A loopback address is none to a server elsewhere.
    private func canReach(_ host: String) -> Bool {
        func isLoopback(_ host: String) -> Bool {
            host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
        guard isLoopback(host) else { return true }
        var source = URLComponents(string: options.source.url)?.host ?? ""
        if source.hasPrefix("[") { source = String(source.dropFirst().dropLast()) }
        return isLoopback(source)
    }

    /// Makes the subscriptions, makes them again should they vanish, and removes them at the end.
    private func keep(_ subscription: Subscription) async {
        var isFirst = true
        var saidWhy = false
        var wasAway = false
        while !Task.isCancelled {
            var pause = Duration.seconds(5)
            do {
                let wasMissing = try await subscription.ensure(
                    source,
                    policies: policies.map(\.name),
                    replacing: isFirst
                )
                isFirst = false
                contact = .now
                observer.heartbeat(.source)
                setSubscribed(true)
                // What was written in between was pushed to nobody, or died with the server's queue, or was refused
                // here.
                let wasRefused = hasRefused.exchange(false, ordering: .relaxed)
                if wasMissing || wasAway || wasRefused {
                    for flow in flows.values { await flow.readRecentAgain() }
                }
                wasAway = false
            } catch  where !error.isTransient {
                setSubscribed(false)
                pause = .seconds(30)
                if !saidWhy, !Task.isCancelled {
                    saidWhy = true
                    observer.failed(.notify, stage: .receive, error, of: "no subscription")
                    logger.warning(
                        "the source does not let us subscribe; points are polled",
                        metadata: ["error": "\(error)"]
                    )
                }
            } catch {
                if Task.isCancelled { break }
                wasAway = true
                observer.failed(.retry, stage: .source, error)
            }
            try? await Task.sleep(for: pause)
        }
        // In a task of its own, since this one is cancelled by now.
        await Task { try? await subscription.remove(source, policies: policies.map(\.name)) }.value
    }

    private func setSubscribed(_ isNow: Bool) {
        let before = isSubscribed.exchange(isNow, ordering: .relaxed)
        if before != isNow { logger.info(isNow ? "the source pushes its points" : "the source pushes no points") }
        observer.subscribed(isNow)
    }
}

import LeatState
import PipelineCore
import Testing

@Suite("Whether a pipeline is alive")
struct LivenessTests {
    private func record(_ state: PipelineRecord.State, _ age: Double, cause: String = "") -> PipelineRecord {
        PipelineRecord(state: state, cause: cause, remedy: cause.isEmpty ? "" : "do something", ageSeconds: age)
    }

    private func judge(
        _ answer: Liveness.Answer = .nobody,
        _ records: [PipelineRecord] = [],
        checkpointAge: Double? = 1
    ) -> Liveness {
        Liveness(answer: answer, records: records, checkpointAge: checkpointAge)
    }

    @Test("the process that runs it knows best")
    func answers() {
        let running = PipelineReport(name: "p", state: .running, silenceSeconds: 0.4)
        #expect(judge(.report(running), [record(.stopped, 0)]) == .running)
        let starting = PipelineReport(name: "p", state: .starting, silenceSeconds: 60)
        #expect(judge(.report(starting)) == .starting)
        let failed = PipelineReport(name: "p", state: .failed, cause: "why", remedy: "what", silenceSeconds: 60)
        #expect(judge(.report(failed), [record(.running, 0)]) == .failed(cause: "why", remedy: "what"))
    }

    @Test("a pipeline that says nothing for four seconds hangs, though its process answers")
    func hangs() {
        let silent = PipelineReport(name: "p", state: .running, silenceSeconds: 4.1)
        #expect(judge(.report(silent)) == .hung(seconds: 4.1))
        #expect(!judge(.report(silent)).isAlive)
    }

    @Test("a process that takes connections and does not answer hangs, however young its last record is")
    func processHangs() {
        #expect(judge(.silent, [record(.running, 0.5)]) == .hung(seconds: 0.5))
        #expect(judge(.silent, []) == .hung(seconds: nil))
    }

    @Test("a clean stop says so, a crash says that there was none: neither is running because its checkpoint is young")
    func stops() {
        #expect(judge(.nobody, [record(.stopped, 0.2)], checkpointAge: 0.2) == .stopped(seconds: 0.2))
        #expect(
            judge(.nobody, [record(.running, 4.1)], checkpointAge: 4.1)
                == .crashed(seconds: 4.1, cause: "", remedy: "")
        )
        #expect(judge(.nobody, [record(.stopped, 12)]).text == "not running: stopped 12 s ago")
        #expect(judge(.nobody, [record(.running, 12)]).text.contains("the process ended without stopping"))
    }

    @Test("what it met before it ended is named")
    func causeOfTheDead() {
        let dead = judge(.nobody, [record(.failed, 30, cause: "binlogs are purged")], checkpointAge: 100)
        #expect(dead == .crashed(seconds: 30, cause: "binlogs are purged", remedy: "do something"))
        #expect(dead.text.contains("binlogs are purged") && dead.remedy == "do something")
    }

    @Test("one that runs on another machine is known by what it writes down each second")
    func elsewhere() {
        #expect(judge(.nobody, [record(.running, 1.5)], checkpointAge: 9) == .running)
        #expect(judge(.nobody, [record(.starting, 1.5)], checkpointAge: nil) == .starting)
    }

    @Test("a process that ran where nobody answers now is dead, however young its record is; one elsewhere is not")
    func placeAsked() {
        var record = record(.running, 0.2)
        record.place = "here"
        func judge(asked: String) -> Liveness {
            Liveness(answer: .nobody, records: [record], checkpointAge: 0.1, asked: asked)
        }
        #expect(judge(asked: "here") == .crashed(seconds: 0.2, cause: "", remedy: ""))
        #expect(judge(asked: "there") == .running)
    }

    @Test("of two processes, the one that runs counts, not the one that was fenced or stopped")
    func twoProcesses() {
        #expect(judge(.nobody, [record(.failed, 0.1, cause: "taken over"), record(.running, 0.9)]) == .running)
        #expect(judge(.nobody, [record(.stopped, 0.1), record(.running, 0.9)]) == .running)
        #expect(judge(.nobody, [record(.stopped, 5), record(.running, 900)]) == .stopped(seconds: 5))
    }

    @Test("where only checkpoints are on record, as an earlier version left them, their age decides")
    func checkpoints() {
        #expect(judge(.nobody, [], checkpointAge: nil) == .neverRan)
        #expect(judge(.nobody, [], checkpointAge: 15) == .running)
        #expect(judge(.nobody, [], checkpointAge: 21) == .crashed(seconds: 21, cause: "", remedy: ""))
        #expect(judge(.nobody, [record(.stopped, 900)], checkpointAge: 5) == .running)
        #expect(judge(.nobody, [record(.stopped, 10)], checkpointAge: 9) == .stopped(seconds: 10))
    }
}

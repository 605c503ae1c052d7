import Foundation
import Testing

@testable import DevPlatform

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite("Parts of the local platform")
struct StackPartsTests {
    @Test("an offset moves every port, and no port out of range")
    func offset() throws {
        let standard = try StackPorts.standard(offset: 0)
        #expect(standard.mysqlPrimary == 13306 && standard.mysqlReplica == 13307 && standard.console == 18080)
        #expect(standard.clickhouseHTTP == 18123 && standard.clickhouseNative == 19000)
        #expect(standard.influxdb == 18086 && standard.prometheus == 19090 && standard.alertmanager == 19093)
        let moved = try StackPorts.standard(offset: 1000)
        #expect(zip(standard.all, moved.all).allSatisfy { $0.port + 1000 == $1.port })
        #expect(moved.console == 19080)
        for offset in [-13000, 60000, .max, .min] {
            #expect(throws: ServerStackError.self) { try StackPorts.standard(offset: offset) }
        }
    }

    @Test("free ports differ from each other")
    func freePorts() throws {
        let ports = try StackPorts.free()
        #expect(Set(ports.all.map(\.port) + [ports.console]).count == ports.all.count + 1)
    }

    @Test("a taken port is seen, whichever address it was taken on", arguments: [UInt32(0x7f00_0001), 0])
    func takenPort(address: UInt32) throws {
        let descriptor = LoopbackSocket.make()
        defer { close(descriptor) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = address.bigEndian
        let port = try PortProbe.anyFree(except: [])
        name.sin_port = UInt16(port).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        #expect(bound == 0 && listen(descriptor, 1) == 0)
        #expect(!PortProbe.isFree(port))
        #expect(ProcessTable.listener(onPort: port)?.processID == getpid())
    }

    @Test("a pid file is for one process only, not for another that got its id")
    func pidFile() throws {
        let path = NSTemporaryDirectory() + "leat-pid-\(UInt32.random(in: 0 ... .max))"
        defer { unlink(path) }
        let file = PidFile(processID: getpid())
        try file.write(to: path)
        #expect(PidFile.read(path) == file)
        #expect(file.isAlive)
        var other = file
        other.startTicks = (file.startTicks ?? 0) + 1
        #expect(!other.isAlive)
        other.startTicks = nil
        #expect(!other.isAlive)
        for text in ["", "abc\n1\n", "-1\n1\n", "0\n1\n", "99999999999999\n"] {
            try StackHome.write(text, to: path)
            #expect(PidFile.read(path) == nil)
        }
    }

    @Test("passwords are long, made of letters and digits, and differ from home to home")
    func passwords() {
        let (first, second) = (StackSecrets(), StackSecrets())
        for password in [first.mysql, first.mysqlRoot, first.mysqlReplication, first.clickhouse, first.influxdb] {
            #expect(password.utf8.count == 24)
            #expect(password.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        }
        #expect(first.mysql != second.mysql && first.mysql != first.mysqlRoot)
        #expect(!"\(first)".contains(first.mysql))
    }

    @Test("a child inherits neither descriptors nor ignored signals nor the environment, and has its own session")
    func cleanChild() async throws {
        let output = NSTemporaryDirectory() + "leat-child-\(UInt32.random(in: 0 ... .max))"
        defer {
            unlink(output)
            unlink(output + ".log")
        }
        let leaked = open("/dev/null", O_RDONLY)  // without O_CLOEXEC, on purpose
        defer { close(leaked) }
        signal(SIGUSR1, SIG_IGN)
        defer { signal(SIGUSR1, SIG_DFL) }
        let script = """
            test -e /proc/$$/fd/\(leaked) && echo open || echo closed
            env | grep -c MARK
            grep SigIgn /proc/$$/status
            cut -d' ' -f6 /proc/$$/stat
            echo $$
            """
        var command = Command(
            executable: "/bin/sh",
            arguments: ["-c", script],
            environment: ["PATH": "/usr/bin:/bin", "MARK": "1"],
            logPath: output + ".log"
        )
        command.outputPath = output
        #expect(await (try ChildProcess.start(command)).exited() == .code(0))
        let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
        #expect(lines.prefix(2) == ["closed", "1"])
        // Above are signals 32 and 33, which the C library ignores for itself.
        #expect(lines[2].hasSuffix("0000000"))
        #expect(lines[3] == lines[4])
    }

    @Test(
        "how a process ended is distinguished",
        arguments: [("exit 0", ChildExit.code(0)), ("exit 3", .code(3)), ("kill -9 $$", .signal(9))]
    )
    func exitStatus(script: String, status: ChildExit) async throws {
        let log = NSTemporaryDirectory() + "leat-exit-\(UInt32.random(in: 0 ... .max))"
        defer { unlink(log) }
        let process = try await ChildProcess.start(
            Command(executable: "/bin/sh", arguments: ["-c", script], logPath: log)
        )
        #expect(await process.exited() == status)
        #expect(process.exitStatus == status)
        #expect(process.send(signal: SIGTERM) == false)
        #expect(await process.exited(within: .seconds(1)) == status)
    }

    @Test("a program that is not there is an error, not a dead child")
    func noProgram() async throws {
        let command = Command(executable: "/nowhere/at-all", logPath: "/dev/null")
        // Through the wrapper for the parent-death signal it is the wrapper that fails.
        let process = try? await ChildProcess.start(command)
        if let process { #expect(await process.exited() != .code(0)) }
    }

    @Test("values of option files are quoted")
    func quoting() {
        #expect(MySQLServer.quoted("/a b/\"c\"\\d") == "\"/a b/\\\"c\\\"\\\\d\"")
        #expect(PrometheusServer.quoted("it's") == "'it''s'")
    }

    @Test(
        "durations are printed in seconds with one digit",
        arguments: [(Duration.milliseconds(1234), "1.2"), (.seconds(70), "70.0"), (.milliseconds(50), "0.0")]
    )
    func durations(duration: Duration, text: String) {
        #expect(duration.inSeconds == text)
    }
}

extension ClickHouseError {
    /// Classifies a server's exception.
    ///
    /// - Parameter mayHaveChangedData: Whether the request could change anything at all.
    init(_ exception: ServerException, queryID: String?, mayHaveChangedData: Bool) {
        let rule = ServerErrorCode(rawValue: exception.code)
        self.init(
            code: rule?.code ?? .server,
            message: String(exception.text.prefix { !$0.isNewline }),
            server: exception,
            isTransient: rule?.isTransient ?? false,
            isAnswerUncertain: mayHaveChangedData && !(rule?.isRefusedBeforeExecution ?? false),
            queryID: queryID
        )
    }
}

/// The server's error codes that decide what Leat does next; all others are permanent and stop their table.
///
/// Numbers and names: ClickHouse's `src/Common/ErrorCodes.cpp`.
enum ServerErrorCode: Int, CaseIterable {
    case unknownIdentifier = 47
    case unknownTable = 60
    case syntaxError = 62
    case unknownDatabase = 81
    case unknownSetting = 115
    case timeoutExceeded = 159
    case readonly = 164
    case unknownUser = 192
    case wrongPassword = 193
    case requiredPassword = 194
    case ipAddressNotAllowed = 195
    case dnsError = 198
    case tooManySimultaneousQueries = 202
    case noFreeConnection = 203
    case socketTimeout = 209
    case networkError = 210
    case queryWithSameIdIsAlreadyRunning = 216
    case noZookeeper = 225
    case aborted = 236
    case memoryLimitExceeded = 241
    case tableIsReadOnly = 242
    case notEnoughSpace = 243
    case tooManyParts = 252
    case allConnectionTriesFailed = 279
    case tooFewLiveReplicas = 285
    case unsatisfiedQuorumForPreviousWrite = 286
    case unknownStatusOfInsert = 319
    case unfinished = 341
    case queryWasCancelled = 394
    case cannotScheduleTask = 439
    case deadlockAvoided = 473
    case accessDenied = 497
    case authenticationFailed = 516
    case cannotAssignAlter = 517
    case asyncLoadWaitFailed = 722
    case serverOverloaded = 745
    case keeperException = 999

    var code: ClickHouseError.Code {
        switch self {
        case .unknownTable: .unknownTable
        case .unknownDatabase: .unknownDatabase
        case .timeoutExceeded, .socketTimeout: .timeout
        case .readonly: .readOnly
        case .unknownUser, .wrongPassword, .requiredPassword, .ipAddressNotAllowed, .authenticationFailed:
            .authentication
        case .tooManySimultaneousQueries, .noFreeConnection, .serverOverloaded, .cannotScheduleTask: .overloaded
        case .networkError: .connectionLost
        case .memoryLimitExceeded: .memoryLimit
        case .notEnoughSpace: .noSpace
        case .tooManyParts: .tooManyParts
        case .queryWasCancelled: .cancelled
        case .accessDenied: .accessDenied
        default: .server
        }
    }

    /// Whether time alone can heal it.
    var isTransient: Bool {
        switch self {
        case .unknownIdentifier, .unknownTable, .syntaxError, .unknownDatabase, .unknownSetting, .readonly,
            .unknownUser,
            .wrongPassword, .requiredPassword, .ipAddressNotAllowed, .accessDenied, .authenticationFailed,
            .queryWasCancelled:
            false
        default: true
        }
    }

    /// Whether the server says this before it touches any data. After any other error an insert may have left something
    /// in the tables: a part of the base table when a view failed, the first of several parts.
    var isRefusedBeforeExecution: Bool {
        switch self {
        case .unknownIdentifier, .unknownTable, .syntaxError, .unknownDatabase, .unknownSetting, .readonly,
            .unknownUser,
            .wrongPassword, .requiredPassword, .ipAddressNotAllowed, .accessDenied, .authenticationFailed,
            .tooManySimultaneousQueries, .serverOverloaded, .queryWithSameIdIsAlreadyRunning,
            .asyncLoadWaitFailed:
            true
        default: false
        }
    }
}

/// One step of the schema of `leat.*`.
///
/// Two processes may carry out the same step at the same time, and a step may be carried out again in whole or in part.
/// So every statement must produce the same result however often and however interleaved it runs: `CREATE TABLE IF NOT
/// EXISTS`, `ADD COLUMN IF NOT EXISTS`. A step is never changed once a version of Leat with it was released, and takes
/// away nothing that an older version that is still running needs.
struct Migration: Sendable {
    /// Counted from 1, without gaps.
    let version: UInt32
    /// Carried out side by side, so no two of one table.
    let statements: [String]
}

/**
 * Guards against hanging, in milliseconds. No test asserts by them: they are so far away that a machine at a tenth of
 * the usual speed, or one that gives the tests what busy loops leave over, does not come near.
 */

/** A test, or what is done before one. */
export const TEST_DEADLINE = 30 * 60_000;
/** A process that a test starts. */
export const PROCESS_DEADLINE = 15 * 60_000;

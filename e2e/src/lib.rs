//! Grove as a whole: the stack on loopback, the commands, the browser tests

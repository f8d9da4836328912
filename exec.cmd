@rem npm start says "exec node ...", so that no shell stands between a Ctrl-C and the exit code. This is exec on Windows.
@%*

using Traceability.Trace;

return await CommandLine.RunAsync(args, CancellationToken.None);

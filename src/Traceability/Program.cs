using Traceability;

return await TraceabilityService.Run(args);

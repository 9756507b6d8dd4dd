using Traceability;

return await Service.Run(args);

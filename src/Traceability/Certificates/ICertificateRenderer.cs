namespace Traceability.Certificates;

/// <summary>Turns a document into a PDF file. The seam behind which one engine may take another's place.</summary>
public interface ICertificateRenderer
{
    /// <returns>The file's bytes: the same for the same document.</returns>
    byte[] Render(PrintedDocument document);
}
